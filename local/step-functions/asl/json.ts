/** A value as JSON knows it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object, never one that it inherits: `__proto__` and `constructor` are ordinary names in people's data. */
export function memberOf(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Bytes of JSON that a state may hand on: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
export const payloadLimit = 262_144;

/** Bytes of a value written as JSON: what Step Functions holds its payload quota against. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
