import { hash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Chaining } from "../../domain/audit-chain.ts";

/** The package is CommonJS whose types say otherwise. */
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

export const chaining: Chaining = {
  digest: (text) => hash("sha256", text, "hex"),
  canonical(value) {
    const text = serialize(value);
    if (text === undefined) throw new TypeError("this value has no JSON");
    return text;
  },
};
