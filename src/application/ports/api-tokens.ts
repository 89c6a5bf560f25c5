import type { Scope } from "../../domain/actor.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";

export interface ApiTokenRecord {
  id: string;
  name: string;
  hash: Uint8Array;
  scopes: readonly Scope[];
  createdAt: Date;
  expiresAt: Date | null;
}

export interface ApiTokenStore {
  add(token: ApiTokenRecord, events: readonly AuditEvent[]): Promise<void>;
  findByHash(
    hash: Uint8Array,
  ): Promise<(ApiTokenRecord & { lastUsedAt: Date | null; revokedAt: Date | null }) | null>;
  used(id: string, at: Date): Promise<void>;
}
