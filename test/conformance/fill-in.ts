import { randomBytes } from "node:crypto";
import type { Json } from "../../local/step-functions/asl/json.ts";

/** What `${…}` stands for; `${uid1}` and `${repeat:…}` need no entry. */
export type Names = Map<string, Json>;

const place = /\$\{([^{}]+)\}/gu;

/** Replaces `${…}` in all texts of a value; a text that is nothing else becomes the value itself. */
export function fillIn<Value>(value: Value, names: Names): Value {
  return fill(value as Json, names) as Value;
}

function fill(value: Json, names: Names): Json {
  if (typeof value === "string") return fillText(value, names);
  if (Array.isArray(value)) return value.map((item) => fill(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, names)]));
}

function fillText(text: string, names: Names): Json {
  const whole = /^\$\{([^{}]+)\}$/u.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, names) ?? text;
  return text.replace(place, (unknown, name: string) => {
    const value = lookUp(name, names);
    return value === undefined ? unknown : typeof value === "string" ? value : JSON.stringify(value);
  });
}

function lookUp(name: string, names: Names): Json | undefined {
  const known = names.get(name);
  if (known !== undefined) return known;
  const repeat = /^repeat:(\d+):([^]*)$/u.exec(name);
  if (repeat !== null) return (repeat[2] ?? "").repeat(Number(repeat[1]));
  if (!/^uid\d+$/u.test(name)) return undefined;
  const fresh = randomBytes(4).toString("hex");
  names.set(name, fresh);
  return fresh;
}
