import { createHash, randomBytes } from "node:crypto";
import { countersignItself, noLimits, type BotCaller, type Scope } from "../domain/actor.ts";
import type { Deps } from "./deps.ts";

/** Scanners for leaked secrets find it by this prefix. */
const prefix = "cs_";

/** Writing the last use at every call would make each read a write. */
const lastUseGranularityMs = 60_000;

/** Makes a bearer token for a bot. Its text is returned once and kept nowhere; the store has its SHA-256. */
export async function createApiToken(
  deps: Pick<Deps, "tokens" | "clock" | "entropy">,
  request: { name: string; scopes: readonly Scope[]; expiresAt: Date | null },
): Promise<{ id: string; text: string }> {
  const id = deps.entropy.uuid();
  // 256 random bits: guessing is out of reach, so a plain fast hash is enough to keep it.
  const text = prefix + randomBytes(32).toString("base64url");
  const createdAt = deps.clock.now();
  const { name, scopes, expiresAt } = request;
  const event = {
    type: "token.created",
    at: createdAt,
    approvalId: null,
    actor: countersignItself,
    detail: { id, name, scopes },
    subject: `token:${id}`,
  } as const;
  await deps.tokens.add({ id, name, hash: hashOf(text), scopes, createdAt, expiresAt }, [event]);
  return { id, text };
}

/** The bot behind a bearer token; null: unknown, expired or revoked. Looked up by hash, so timing tells nothing of the text. */
export async function authenticateBot(
  deps: Pick<Deps, "tokens" | "clock">,
  text: string,
): Promise<BotCaller | null> {
  if (!text.startsWith(prefix)) return null;
  const token = await deps.tokens.findByHash(hashOf(text));
  const now = deps.clock.now();
  if (token === null || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now))
    return null;
  if (token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() > lastUseGranularityMs)
    await deps.tokens.used(token.id, now);
  return { kind: "bot", id: token.id, name: token.name, scopes: token.scopes, limits: noLimits };
}

function hashOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
