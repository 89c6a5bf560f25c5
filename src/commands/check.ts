import { findConfigFile, readConfigFile } from "../config-file.ts";
import { ConfigError, parseConfig } from "../config.ts";

/** Checks what can be checked without touching anything. Throws ConfigError with every fault. */
export async function checkCommand(
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<void> {
  const config = parseConfig(environment, { embedded: true });
  const path = findConfigFile(config.configFile);
  if (path === null)
    throw new ConfigError(
      "There is no countersign.yaml here, and COUNTERSIGN_CONFIG names none (`npm start` brings a sample).",
    );
  // The embedded default makes this secret and keeps it; everybody else has to give it.
  const kept = config.databaseUrl === null ? "made by the first start" : undefined;
  const GITHUB_WEBHOOK_SECRET = environment["GITHUB_WEBHOOK_SECRET"] ?? kept;
  const file = await readConfigFile(path, { ...environment, GITHUB_WEBHOOK_SECRET });
  const counts = (["activities", "triggers", "policies"] as const).map(
    (name) => `${file[name].length} ${name}`,
  );
  print(`${path} is right: ${counts.join(", ")}`);
}
