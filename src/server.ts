import { openProcess } from "./open-process.ts";
import { startApi } from "./start-api.ts";

/** The API process: pages, REST API and webhooks, against a Postgres that `countersign migrate` has prepared. */
export async function serve(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { config, configFile, composed, log, lifecycle } = await openProcess(environment, "api");
  const { host, port, secret, trustedProxies, publicUrl } = config;
  await startApi({ composed, configFile, secret, host, port, publicUrl, trustedProxies, log, lifecycle });
  log.info({ publicUrl, host, port }, "ready");
}
