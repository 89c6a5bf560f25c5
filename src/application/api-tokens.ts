import { createHash, randomBytes } from "node:crypto";
import type { FieldError } from "../contract/problem.ts";
import {
  countersignItself,
  noLimits,
  refOf,
  type BotCaller,
  type BotLimits,
  type Caller,
  type Scope,
} from "../domain/actor.ts";
import { refusalToGrant } from "../domain/grant.ts";
import type { Deps } from "./deps.ts";
import type { ApiToken, ApiTokenSecret } from "./ports/api-tokens.ts";

/** Scanners for leaked secrets find it by this prefix. */
const prefix = "cs_";

/** Writing the last use at every call would make each read a write. */
const lastUseGranularityMs = 60_000;

export interface CreateApiTokenRequest {
  name: string;
  scopes: readonly Scope[];
  /** Left out: none. */
  limits?: BotLimits;
  expiresAt: Date | null;
  /** Left out: whoever has the database, by the command line. */
  by?: Caller;
}

/** Nothing was changed. `not_allowed`: the caller may not give so much away; `invalid`: the request does not fit what is there. */
export class TokenRefused extends Error {
  override name = "TokenRefused";
  readonly code: "invalid" | "not_allowed";
  readonly errors: FieldError[];
  constructor(code: "invalid" | "not_allowed", field: string, message: string) {
    super(message);
    this.code = code;
    this.errors = [{ field, message }];
  }
}

/**
 * Makes a bearer token for a bot. Its text is returned once and kept nowhere; the store has its SHA-256. Throws TokenRefused: a caller
 * gives no more than it has, and takes no name that lives.
 */
export async function createApiToken(
  deps: Pick<Deps, "tokens" | "clock" | "entropy">,
  request: CreateApiTokenRequest,
): Promise<{ id: string; text: string }> {
  const id = deps.entropy.uuid();
  const { text, hash } = newSecret();
  const createdAt = deps.clock.now();
  const { name, scopes, limits = noLimits, expiresAt, by } = request;
  if (by !== undefined) await refuseTooMuch(deps, by, { scopes, limits, expiresAt });
  const createdBy = by === undefined ? countersignItself : refOf(by);
  const event = {
    type: "token.created",
    at: createdAt,
    approvalId: null,
    actor: createdBy,
    detail: { id, name, scopes, limits, expiresAt: expiresAt?.toISOString() ?? null },
    subject: `token:${id}`,
  } as const;
  const token = { id, name, scopes, limits, createdBy, createdAt, expiresAt, revokedAt: null };
  const written = await deps.tokens.add(
    token,
    { hash, shownTo: shownTo(by) },
    { nameIsUnique: by !== undefined, events: [event] },
  );
  if (written === "name_taken")
    throw new TokenRefused(
      "invalid",
      "name",
      "is the name of a bot that lives: votes would not tell the two apart",
    );
  return { id, text };
}

/**
 * The bot behind a bearer token; null: unknown, expired, replaced, revoked, or its holder is deactivated. The database is asked each
 * time, so revoking takes effect at once; it looks for a hash, so that timing tells nothing of the text.
 */
export async function authenticateBot(
  deps: Pick<Deps, "tokens" | "clock">,
  text: string,
): Promise<BotCaller | null> {
  if (!text.startsWith(prefix)) return null;
  const found = await deps.tokens.findByHash(hashOf(text));
  const now = deps.clock.now();
  if (found === null || !livesAt(found.token, now) || !isGoodAt(found.secret, now)) return null;
  const { token, secret, holder } = found;
  // Whoever may not come in any more still knows the secret.
  if (holder?.isActive === false) return null;
  if (secret.lastUsedAt === null || now.getTime() - secret.lastUsedAt.getTime() > lastUseGranularityMs)
    await deps.tokens.used(secret.hash, now);
  const { id, name, scopes, limits } = token;
  return { kind: "bot", id, name, scopes, limits, holder };
}

/** Who will know a secret that is made for this caller: a bot hands it to whoever knows its own. */
export function shownTo(by: Caller | undefined): string | null {
  return by === undefined ? null : by.kind === "person" ? by.id : (by.holder?.id ?? null);
}

/** Whether a bot may do anything at all. */
export function livesAt(
  { revokedAt, expiresAt }: Pick<ApiToken, "revokedAt" | "expiresAt">,
  now: Date,
): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

function isGoodAt({ endsAt }: Pick<ApiTokenSecret, "endsAt">, now: Date): boolean {
  return endsAt === null || endsAt > now;
}

/** 256 random bits: guessing is out of reach, so a plain fast hash is enough to keep it. */
export function newSecret(): { text: string; hash: Uint8Array } {
  const text = prefix + randomBytes(32).toString("base64url");
  return { text, hash: hashOf(text) };
}

async function refuseTooMuch(
  deps: Pick<Deps, "tokens" | "clock">,
  by: Caller,
  wanted: Pick<ApiToken, "scopes" | "limits" | "expiresAt">,
): Promise<void> {
  const maker = by.kind === "bot" ? await deps.tokens.find(by.id, deps.clock.now()) : null;
  const refusal = refusalToGrant(by, maker?.expiresAt ?? null, wanted);
  if (refusal !== null) throw new TokenRefused("not_allowed", refusal.field, refusal.message);
}

function hashOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
