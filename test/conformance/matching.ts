import type { Json } from "../../local/step-functions/asl/json.ts";

/** What the placeholders of a case have turned out to stand for. */
export type Bindings = ReadonlyMap<string, string>;

export interface Matching {
  /** Undefined when the values differ; else the bindings, with those added that the match has made. */
  readonly bindings?: Bindings;
  /** Where and how they differ. */
  readonly difference?: string;
  /** Texts that agree in their heads only, as the README's sixth rule allows. */
  readonly loose?: readonly string[];
}

export interface MatchOptions {
  /** The answer may hold more members than expected. */
  readonly moreMembers?: boolean;
  /** Event ids inside texts need not agree. */
  readonly anyEventIds?: boolean;
}

const placeholder = /<([A-Za-z][A-Za-z0-9_.:-]*)>/gu;
/** AWS's internal headers. */
const ignored = new Set(["SdkHttpMetadata", "SdkResponseMetadata"]);

/** Compares by value. Where an object or array is expected and the answer is a text, the text is parsed first. */
export function match(
  expected: Json,
  actual: Json | undefined,
  bindings: Bindings,
  options: MatchOptions = {},
  at = "",
): Matching {
  if (typeof expected === "string") return matchText(expected, actual, bindings, options, at);
  if (typeof expected !== "object" || expected === null) {
    return actual === expected ? { bindings } : differ(at, expected, actual);
  }
  const value = typeof actual === "string" ? parsed(actual) : actual;
  if (Array.isArray(expected)) {
    if (!Array.isArray(value) || value.length !== expected.length) return differ(at, expected, actual);
    return matchEach(
      expected.map((item, index) => [String(index), item, value[index]]),
      bindings,
      options,
      at,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return differ(at, expected, actual);
  const names = Object.keys(expected).filter((name) => !ignored.has(name));
  const extra = Object.keys(value).filter((name) => !ignored.has(name) && !names.includes(name));
  if (extra.length > 0 && options.moreMembers !== true) {
    return {
      difference: `${at}: unexpected ${extra.map((name) => `${name} = ${short(value[name])}`).join(", ")}`,
    };
  }
  return matchEach(
    names.map((name) => [name, expected[name] ?? null, value[name]]),
    bindings,
    options,
    at,
  );
}

function matchEach(
  pairs: readonly (readonly [string, Json, Json | undefined])[],
  bindings: Bindings,
  options: MatchOptions,
  at: string,
): Matching {
  const loose: string[] = [];
  let bound = bindings;
  // Texts with two placeholders side by side last: by then one of them may be known from elsewhere.
  const ordered = [...pairs].sort(([, a], [, b]) => Number(isAmbiguous(a)) - Number(isAmbiguous(b)));
  for (const [name, expected, actual] of ordered) {
    const outcome = isAwsText(name, pairs)
      ? matchAwsText(expected, actual, bound, options, `${at}/${name}`)
      : match(expected, actual, bound, options, `${at}/${name}`);
    if (outcome.bindings === undefined) return outcome;
    bound = outcome.bindings;
    loose.push(...(outcome.loose ?? []));
  }
  return { bindings: bound, loose };
}

function isAmbiguous(value: Json): boolean {
  return typeof value === "string" && /><[A-Za-z]/u.test(value);
}

/** Whether a member is a cause that AWS words: its error's name says so. */
function isAwsText(name: string, pairs: readonly (readonly [string, Json, ...unknown[]])[]): boolean {
  if (name !== "cause" && name !== "Cause") return false;
  const error = pairs.find(([each]) => each === "error" || each === "Error")?.[1];
  return typeof error === "string" && /^(?:States|StepFunctions|SQS)\./u.test(error);
}

const heads = [
  /^An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. (?:The JSONata expression '.*' specified for the field '[^']*' )?/u,
  /^The JSONata expression '.*' specified for the field '[^']*' /u,
  /^[^:]+: /u,
];

/** A text that AWS words agrees at least in its head. */
export function matchAwsText(
  expected: Json,
  actual: Json | undefined,
  bindings: Bindings,
  options: MatchOptions,
  at: string,
): Matching {
  const exact = match(expected, actual, bindings, options, at);
  if (exact.bindings !== undefined || typeof expected !== "string" || typeof actual !== "string")
    return exact;
  const head = heads.map((each) => each.exec(expected)?.[0]).find((each) => each !== undefined);
  const same = heads.map((each) => each.exec(actual)?.[0]).find((each) => each !== undefined);
  if (head === undefined || same === undefined) return exact;
  const outcome = matchText(head, same, bindings, options, at);
  if (outcome.bindings === undefined) return exact;
  return { ...outcome, loose: [`${at}: ${short(actual)} instead of ${short(expected)}`] };
}

function matchText(
  expected: string,
  actual: Json | undefined,
  bindings: Bindings,
  { anyEventIds = false }: MatchOptions,
  at: string,
): Matching {
  if (expected === actual) return { bindings };
  const whole = /^<any:[^<>]+>$/u.test(expected);
  if (whole && (typeof actual === "number" || (typeof actual === "string" && actual !== "")))
    return { bindings };
  // A placeholder may stand for what was not a text in the recording.
  const text = typeof actual === "string" ? actual : undefined;
  if (text === undefined) return differ(at, expected, actual);
  const found = patternOf(expected, bindings, anyEventIds).exec(text);
  if (found === null) return differ(at, expected, actual);
  const fresh = Object.entries(found.groups ?? {}).map(([name, value]) => [decode(name), value] as const);
  return { bindings: new Map([...bindings, ...fresh]) };
}

function patternOf(expected: string, bindings: Bindings, anyEventIds: boolean): RegExp {
  const named = new Set<string>();
  let source = "";
  let last = 0;
  for (const found of expected.matchAll(placeholder)) {
    const name = found[1] ?? "";
    source += escape(expected.slice(last, found.index));
    last = found.index + found[0].length;
    const bound = bindings.get(name);
    if (name.startsWith("any:")) source += ".+?";
    else if (bound !== undefined) source += escape(bound);
    else if (named.has(name)) source += `\\k<${encode(name)}>`;
    else source += `(?<${encode(name)}>.+?)`;
    named.add(name);
  }
  source += escape(expected.slice(last));
  return new RegExp(`^${anyEventIds ? source.replace(/#\d+/gu, "#\\d+") : source}$`, "su");
}

const encode = (name: string) => `p${Buffer.from(name).toString("hex")}`;
const decode = (name: string) => Buffer.from(name.slice(1), "hex").toString();
const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function differ(at: string, expected: Json, actual: Json | undefined): Matching {
  return { difference: `${at}: expected ${short(expected)}, got ${short(actual)}` };
}

function short(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
