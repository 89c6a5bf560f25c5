import { systemClock } from "../../adapters/clock.ts";
import { createApiTokenStore } from "../../adapters/postgres/api-token-store.ts";
import { livesAt } from "../../application/api-tokens.ts";
import type { KnownApiToken } from "../../application/ports/api-tokens.ts";
import { printable } from "../printable.ts";
import { table } from "../sfn/table.ts";
import { withDatabase } from "../with-database.ts";

const shownMax = 10_000;

export async function tokenListCommand(
  environment: Readonly<Record<string, string | undefined>>,
  options: { all?: boolean },
  print: (line: string) => void,
): Promise<void> {
  const now = systemClock.now();
  const tokens = await withDatabase(environment, (database) =>
    createApiTokenStore(database).list(now, shownMax),
  );
  const shown = tokens.filter((token) => options.all === true || livesAt(token, now));
  if (shown.length === 0) {
    print(options.all === true ? "no tokens" : "no tokens that live (--all: those that have ended, too)");
    return;
  }
  const head = ["ID", "NAME", "SCOPES", "LAST USED", "ENDS", "SECRETS", "LIMITS"];
  const rows = shown.map((token) => rowOf(token, now));
  for (const line of table([head, ...rows], Infinity)) print(line);
}

function rowOf(token: KnownApiToken, now: Date): string[] {
  const { id, name, scopes, lastUsedAt, expiresAt, revokedAt, secrets, limits } = token;
  const ends =
    revokedAt !== null ? `revoked ${day(revokedAt)}` : expiresAt === null ? "never" : day(expiresAt);
  const limit = [
    ...(limits.activityArns ?? []).map((pattern) => `activity ${pattern}`),
    ...(limits.repositories ?? []).map((pattern) => `repository ${pattern}`),
    ...(limits.verdicts ?? []).map((verdict) => `may only ${verdict}`),
  ];
  return [
    id,
    printable(name),
    scopes.join(","),
    lastUsedAt === null ? "never" : `${lastUsedAt.toISOString().slice(0, 16)}Z`,
    ends,
    livesAt(token, now) ? secretsText(secrets) : "0",
    limit.length === 0 ? "none" : printable(limit.join(", ")),
  ];
}

/** How many are good; one whose holder is deactivated opens nothing. */
function secretsText(secrets: KnownApiToken["secrets"]): string {
  const isHeld = secrets.some(({ holder }) => holder?.isActive === false);
  return isHeld ? `${secrets.length} (its holder is deactivated: rotate it)` : String(secrets.length);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
