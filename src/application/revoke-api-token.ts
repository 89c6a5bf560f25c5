import { countersignItself, refOf, type Caller } from "../domain/actor.ts";
import type { Deps } from "./deps.ts";
import type { KnownApiToken } from "./ports/api-tokens.ts";

/**
 * Ends a bot at once, with all its secrets and with the bots that it has made. Doing it again changes nothing. Null: no bot has this id.
 */
export async function revokeApiToken(
  deps: Pick<Deps, "tokens" | "clock">,
  { id, by }: { id: string; by?: Caller },
): Promise<KnownApiToken | null> {
  const at = deps.clock.now();
  if ((await deps.tokens.find(id, at)) === null) return null;
  await deps.tokens.revoke(id, at, (revoked) => ({
    type: "token.revoked",
    at,
    approvalId: null,
    actor: by === undefined ? countersignItself : refOf(by),
    detail: { ...revoked, ...(revoked.id === id ? {} : { becauseOf: id }) },
    subject: `token:${revoked.id}`,
  }));
  return deps.tokens.find(id, at);
}
