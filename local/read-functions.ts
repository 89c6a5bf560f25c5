import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "../src/config.ts";

const functionsShape = z.record(z.string().min(1), z.string().min(1));
const isUrl = (target: string) => /^https?:/i.test(target);

/**
 * What stands in for Lambda functions, by name or ARN: each text is `NAME=URL` or `NAME=module`, or the path of a YAML or JSON file that
 * maps names to such targets, modules relative to itself. Throws ConfigError.
 */
export async function readFunctions(texts: readonly string[]): Promise<Record<string, string>> {
  const functions: Record<string, string> = {};
  for (const text of texts) {
    const [, name, target] = /^([^=]+)=(.+)$/su.exec(text) ?? [];
    if (name !== undefined && target !== undefined)
      functions[name] = isUrl(target) ? target : resolve(target);
    else Object.assign(functions, await functionsFile(text));
  }
  return functions;
}

async function functionsFile(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `The functions ${path}: neither NAME=URL|module nor a file that can be read: ${reason}`,
    );
  });
  const parsed = functionsShape.safeParse(parseYaml(text, path));
  if (!parsed.success)
    throw new ConfigError(`${path} is not right: it maps each function's name or ARN to a URL or a module.`);
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, target]) => [
      name,
      isUrl(target) ? target : resolve(dirname(path), target),
    ]),
  );
}

/** JSON is YAML too. */
function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
