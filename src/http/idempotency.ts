import { createHash } from "node:crypto";
import type { Request } from "express";
import type { Idempotency } from "../application/ports/approvals.ts";
import type { Caller } from "../domain/actor.ts";
import { invalid } from "./problem.ts";

/** Reads `Idempotency-Key`: 1 to 255 visible ASCII characters. The same key with another request is refused later on. */
export function idempotencyOf(request: Request, caller: Caller): Idempotency | null {
  const key = request.get("idempotency-key");
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw invalid([
      { field: "Idempotency-Key", message: "is not 1 to 255 visible ASCII characters; a UUID is a good key" },
    ]);
  const digest = createHash("sha256")
    .update(`${request.method} ${request.path}\n${JSON.stringify(request.body)}`)
    .digest();
  return { actor: `${caller.kind}:${caller.id}`, key, digest };
}
