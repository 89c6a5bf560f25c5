import { createReadStream } from "node:fs";
import { ConfigError } from "../../config.ts";

/**
 * The lines of a file. They end with a line feed and nothing else: to node:readline U+2028, which a comment may hold, would be an end, too.
 * Throws ConfigError if it cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, "utf8") as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.replace(/\r$/, "");
    }
  } catch (error) {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (rest !== "") yield rest;
}
