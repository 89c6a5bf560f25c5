import { readFile } from "node:fs/promises";
import type { PublicKey } from "../application/ports/signer.ts";
import { ConfigError } from "../config.ts";
import { keySetShape } from "../contract/receipt.ts";

const waitMs = 10_000;

/** Reads a JWK set from an http(s) URL or a file. Throws ConfigError. */
export async function readKeys(source: string): Promise<PublicKey[]> {
  const text = /^https?:/.test(source) ? await fetchText(source) : await readText(source);
  try {
    return keySetShape.parse(JSON.parse(text)).keys;
  } catch {
    throw new ConfigError(`${source} is not a set of Ed25519 keys like /.well-known/countersign-keys.json.`);
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

async function fetchText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(waitMs) });
    if (!response.ok) throw new Error(`it says ${response.status}`);
    return await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ConfigError(
      `${url} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}. Name the keys with --keys.`,
    );
  }
}
