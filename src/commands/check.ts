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
    throw new ConfigError("There is no countersign.yaml here, and COUNTERSIGN_CONFIG names none.");
  const { activities, triggers } = await readConfigFile(path, environment);
  print(`${path} is right: ${activities.length} activities, ${triggers.length} triggers`);
}
