import type { Logger } from "pino";
import { github } from "./adapters/forges/github.ts";
import { createPeople } from "./adapters/people/people.ts";
import type { People } from "./application/ports/people.ts";
import type { Composed } from "./compose.ts";
import type { ConfigFile } from "./contract/config-file.ts";
import type { AppDeps } from "./http/app-deps.ts";
import { createApp } from "./http/app.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { listen } from "./listen.ts";
import { projectFile } from "./project-file.ts";

export interface ApiOptions {
  composed: Composed;
  configFile: ConfigFile;
  secret: string;
  host: string;
  port: number;
  publicUrl: string;
  trustedProxies: number;
  log: Logger;
  lifecycle: Lifecycle;
}

/** Serves the pages, the API and the webhooks. Throws if the port is taken. */
export async function startApi(options: ApiOptions): Promise<void> {
  const { composed, publicUrl, log, lifecycle } = options;
  const origins = originsOf(publicUrl);
  const { clock, entropy, peopleStore } = composed.deps;
  const people = createPeople(composed.database, {
    secret: options.secret,
    publicUrl,
    origins,
    signIn: options.configFile.signIn,
    clock,
    entropy,
    peopleStore,
  });
  const { host, port } = options;
  await listen(
    createApp(appDeps(options, people, origins), log),
    { host, port, variable: "PORT", what: "HTTP server" },
    lifecycle,
  );
}

function appDeps(
  { composed, configFile, publicUrl, trustedProxies }: ApiOptions,
  people: People,
  origins: string[],
): AppDeps {
  const { deps, readiness, metrics } = composed;
  return {
    use: deps,
    people,
    forges: { github },
    triggers: configFile.triggers,
    eventBridgeSecrets: configFile.eventBridge?.secrets ?? [],
    publicUrl,
    origins,
    trustedProxies,
    webFolder: projectFile("dist/web"),
    readiness,
    metrics,
  };
}

/** On the loopback a page is the same by name and by number. */
function originsOf(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl);
  const names = ["127.0.0.1", "localhost", "[::1]"];
  return names.includes(hostname)
    ? names.map((name) => `${protocol}//${name}${port === "" ? "" : `:${port}`}`)
    : [origin];
}
