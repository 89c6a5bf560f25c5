import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { createForms } from "./adapters/forms/forms.ts";
import { freezeOf } from "./application/policies-of-file.ts";
import { configFileShape, type ConfigFile } from "./contract/config-file.ts";
import { freezeShape } from "./contract/policy-file.ts";
import { ConfigError } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The file to read: `named` (which must exist), else countersign.yaml if present, else null. */
export function findConfigFile(named: string | null): string | null {
  if (named !== null) return named;
  return existsSync("countersign.yaml") ? "countersign.yaml" : null;
}

/** Reads and checks countersign.yaml. Throws ConfigError, which names each fault with its line. */
export async function readConfigFile(path: string, environment: Environment): Promise<ConfigFile> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  return parseConfigFile(text, path, environment);
}

/** `path` is for messages only. `${NAME}` in any text stands for an environment variable. */
export function parseConfigFile(text: string, path: string, environment: Environment): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map(
    (error) => `  line ${lines.linePos(error.pos[0]).line}: ${error.message.split("\n")[0] ?? ""}`,
  );
  if (syntax.length > 0) throw new ConfigError(`${path} is not valid YAML:\n${syntax.join("\n")}`);
  const parsed = checkedShape.safeParse(fillIn(document.toJS() as unknown, environment));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => describeIssue(issue, document, lines));
  throw new ConfigError(`${path} is not right:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
}

/**
 * A form can have the right keywords and still be no schema: only what checks forms later can tell. And only instants tell whether a freeze
 * ends after it begins.
 */
const checkedShape = configFileShape.superRefine(({ policies }, context) => {
  const forms = createForms();
  for (const [index, { form, freezes }] of policies.entries()) {
    for (const [which, each] of freezes.entries()) {
      // A fault that has been found already needs no second one.
      if (!freezeShape.safeParse(each).success) continue;
      const { from, to } = freezeOf(each);
      if (Date.parse(from) < Date.parse(to)) continue;
      const path = ["policies", index, "freezes", which, "to"];
      const message = `is not after from: nothing would be frozen (${from} to ${to})`;
      context.addIssue({ code: "custom", path, message });
    }
    const fault = form === undefined ? null : forms.schemaFault(JSON.stringify(form));
    if (fault !== null)
      context.addIssue({ code: "custom", path: ["policies", index, "form"], message: fault });
  }
});

function fillIn(value: unknown, environment: Environment): unknown {
  if (typeof value === "string")
    return value.replace(
      /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
      (_whole, name: string) => environment[name] ?? "",
    );
  if (Array.isArray(value)) return value.map((each) => fillIn(each, environment));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillIn(each, environment)]));
  return value;
}

function describeIssue(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describe([...issue.path, key], "is not a known key", document, lines));
  }
  return [describe(issue.path, issue.message, document, lines)];
}

function describe(
  path: readonly PropertyKey[],
  message: string,
  document: Document,
  lines: LineCounter,
): string {
  const offset = offsetOf(path, document);
  const where = path.length === 0 ? "the file" : path.map(String).join(".");
  return offset === null
    ? `${where}: ${message}`
    : `line ${lines.linePos(offset).line}: ${where}: ${message}`;
}

/** Where the deepest part of `path` that the file has begins: of a map's member its key, since that is what a person looks for. */
function offsetOf(path: readonly PropertyKey[], document: Document): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
      if (pair === undefined) break;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}
