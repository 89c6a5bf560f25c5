import type { ActorRef, BotLimits, Holder, Scope } from "../../domain/actor.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";

/** A bot and what it may do. */
export interface ApiToken {
  id: string;
  name: string;
  scopes: readonly Scope[];
  limits: BotLimits;
  /** Null: made before this was kept. */
  createdBy: ActorRef | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** What a bot proves itself with. Only the SHA-256 of its text is kept. */
export interface ApiTokenSecret {
  hash: Uint8Array;
  createdAt: Date;
  /** Null: it lives as long as the bot. */
  endsAt: Date | null;
  lastUsedAt: Date | null;
}

export interface NewSecret {
  hash: Uint8Array;
  /** The id of the person to whom it is shown; null: to whoever has the database. */
  shownTo: string | null;
}

/** To whom a secret was shown. */
export type SecretHolder = Pick<Holder, "id" | "name" | "isActive">;

export interface KnownApiToken extends ApiToken {
  /** Those that have not ended, the newest first. */
  secrets: readonly (Omit<ApiTokenSecret, "hash"> & { holder: SecretHolder | null })[];
  lastUsedAt: Date | null;
}

export interface ApiTokenStore {
  /** `name_taken`: with `nameIsUnique`, another bot of this name lives at the time of `token.createdAt`; nothing was written. */
  add(
    token: ApiToken,
    secret: NewSecret,
    options: { nameIsUnique: boolean; events: readonly AuditEvent[] },
  ): Promise<"added" | "name_taken">;
  /** As it is in the database now: nothing of this may be kept, or a revoked bot would live on. */
  findByHash(
    hash: Uint8Array,
  ): Promise<{ token: ApiToken; secret: ApiTokenSecret; holder: Holder | null } | null>;
  used(hash: Uint8Array, at: Date): Promise<void>;
  find(id: string, now: Date): Promise<KnownApiToken | null>;
  /** Those whose name is this one, whatever its case, and that live. */
  named(name: string, now: Date): Promise<KnownApiToken[]>;
  /** Up to `limit`, those that live first, and the newest of them. */
  list(now: Date, limit: number): Promise<KnownApiToken[]>;
  /**
   * Adds a secret and lets the others end at `othersEndAt` at the latest. `gone`: the bot does not live; `too_many`: `secretsMax` secrets would
   * live beside it. Then nothing was written.
   */
  rotate(
    id: string,
    secret: NewSecret,
    options: { now: Date; othersEndAt: Date; secretsMax: number; events: readonly AuditEvent[] },
  ): Promise<"rotated" | "gone" | "too_many">;
  /** Ends a bot and every bot that it has made, now. Returns those that lived until then. */
  revoke(id: string, at: Date, eventOf: (revoked: { id: string; name: string }) => AuditEvent): Promise<void>;
}
