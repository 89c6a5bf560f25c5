import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import { ConfigError } from "../../config.ts";
import { jsonFaultOffset } from "./json-fault-offset.ts";

/** A definition as its file has it. */
export interface DefinitionFile {
  path: string;
  /** JSON, as CreateStateMachine wants it. */
  definition: string;
  /** What the file's name says, without `.asl.json` and the like. */
  name: string;
  /** The line of a place as the endpoint names it (`/States/Approve/Choices[0]/Next`), of what is nearest above it if it is not there. */
  lineOf(location: string): number;
}

/**
 * Reads a state machine's definition, JSON or YAML by the file's name. `substitutions` take the place of `${NAME}` in its text, as SAM
 * and CDK have it. Throws ConfigError for what cannot be read, with its line.
 */
export async function readDefinition(
  path: string,
  substitutions: Readonly<Record<string, string>>,
): Promise<DefinitionFile> {
  const raw = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const text = raw.replace(/\$\{(\w+)\}/g, (whole, name: string) => substitutions[name] ?? whole);
  const isYaml = /\.ya?ml$/i.test(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (!isYaml) checkJson(path, text);
  const [fault] = document.errors;
  if (fault !== undefined && isYaml)
    throw new ConfigError(
      `${path} is not valid YAML:\n  line ${lines.linePos(fault.pos[0]).line}: ${fault.message.split("\n")[0] ?? ""}`,
    );
  return {
    path,
    definition: isYaml ? JSON.stringify(document.toJS()) : text,
    name: basename(path).replace(/(\.asl)?\.(json|ya?ml)$/i, ""),
    lineOf: (location) => lines.linePos(offsetOf(document, location)).line,
  };
}

function checkJson(path: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const line = text.slice(0, jsonFaultOffset(text)).split("\n").length;
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${path} is no JSON:\n  line ${line}: ${message.replace(/\s+/g, " ")}`);
  }
}

function offsetOf(document: Document, location: string): number {
  const steps = location
    .split("/")
    .flatMap((part) => part.replaceAll("]", "").split("["))
    .filter(Boolean);
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of steps) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) break;
      offset = (item as { range?: [number] | null }).range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
