import type { BotLimits, Caller, Scope } from "./actor.ts";

/** What a new bot is to be allowed. */
export interface Grant {
  scopes: readonly Scope[];
  limits: BotLimits;
  expiresAt: Date | null;
}

/**
 * Why `maker` may not make a bot that is allowed this much; null: it may. Administrators may make any. A bot gives no more than it has,
 * lets nothing live longer than itself, and never gives `admin`: else one that leaked could plant successors.
 */
export function refusalToGrant(
  maker: Caller,
  makerExpiresAt: Date | null,
  wanted: Grant,
): { field: string; message: string } | null {
  if (maker.kind === "person")
    return maker.role === "administrator" ? null : { field: "", message: "Only administrators make tokens." };
  if (!maker.scopes.includes("admin"))
    return { field: "", message: "This token lacks the scope admin, which makes tokens." };
  if (wanted.scopes.includes("admin"))
    return { field: "scopes", message: "Only a person who is an administrator gives the scope admin." };
  const missing = wanted.scopes.find((scope) => !maker.scopes.includes(scope));
  if (missing !== undefined)
    return {
      field: "scopes",
      message: `This token lacks the scope ${missing} itself, so it cannot give it.`,
    };
  if (!isWithin(wanted.limits.verdicts, maker.limits.verdicts))
    return {
      field: "verdict",
      message: "This token may not give every verdict, so it cannot let another one.",
    };
  const outlives =
    makerExpiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > makerExpiresAt);
  return outlives
    ? {
        field: "expiresInSeconds",
        message: `A token outlives none that made it: ${makerExpiresAt.toISOString()}.`,
      }
    : null;
}

/** Null is no limit. */
function isWithin<Item>(wanted: readonly Item[] | null, given: readonly Item[] | null): boolean {
  return given === null || (wanted !== null && wanted.every((item) => given.includes(item)));
}
