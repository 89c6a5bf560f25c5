import { jsonFault } from "../asl/json-fault.ts";
import { isTooDeep, tooDeep } from "../asl/json-depth.ts";
import type { Json } from "../asl/json.ts";

/** Bytes of a payload in UTF-8; the request's model counts characters, the service's quota bytes. */
const payloadLimit = 262_144;

/** Reads a payload that travels as a text. Throws what `fault` makes of the reason if it is too long, no JSON, or nested too deeply. */
export function readPayload(text: string, fault: (why: string) => Error): Json {
  if (Buffer.byteLength(text) > payloadLimit) throw fault(`Size must not exceed ${payloadLimit} bytes`);
  const value = parsed(text, fault);
  if (isTooDeep(value)) throw fault(tooDeep);
  return value;
}

function parsed(text: string, fault: (why: string) => Error): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw fault(jsonFault(text));
  }
}
