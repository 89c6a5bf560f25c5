import { countersignItself, refOf, type Caller } from "../domain/actor.ts";
import { newSecret, shownTo, TokenRefused } from "./api-tokens.ts";
import type { Deps } from "./deps.ts";

/** Secrets of one bot that are good side by side: the new one, and three whose users have not come round to it yet. */
const secretsMax = 4;

/**
 * Gives a bot a new secret, whose text is returned once; those that it has end after `overlapMs`. Null: no bot has this id. Throws
 * TokenRefused: the bot has ended, has too many secrets, or is none that the caller may get a secret of.
 */
export async function rotateApiToken(
  deps: Pick<Deps, "tokens" | "clock">,
  { id, overlapMs, by }: { id: string; overlapMs: number; by?: Caller },
): Promise<{ text: string; othersEndAt: Date } | null> {
  const now = deps.clock.now();
  const token = await deps.tokens.find(id, now);
  if (token === null) return null;
  // A new secret is all that the bot may do: whoever gets one must have been able to make the bot.
  if (by?.kind === "bot" && !(token.createdBy?.kind === "bot" && token.createdBy.id === by.id))
    throw new TokenRefused("not_allowed", "", "A token may rotate those alone that it has made itself.");
  const { text, hash } = newSecret();
  const othersEndAt = new Date(now.getTime() + overlapMs);
  const event = {
    type: "token.rotated",
    at: now,
    approvalId: null,
    actor: by === undefined ? countersignItself : refOf(by),
    detail: { id, name: token.name, othersEndAt: othersEndAt.toISOString() },
    subject: `token:${id}`,
  } as const;
  const written = await deps.tokens.rotate(
    id,
    { hash, shownTo: shownTo(by) },
    { now, othersEndAt, secretsMax, events: [event] },
  );
  switch (written) {
    case "rotated":
      return { text, othersEndAt };
    case "gone":
      throw new TokenRefused("invalid", "", "This token is revoked or has expired: make a new one.");
    case "too_many":
      throw new TokenRefused(
        "invalid",
        "overlapSeconds",
        `must be 0 now: ${secretsMax} secrets of this token are good, and no more may be at once`,
      );
  }
}
