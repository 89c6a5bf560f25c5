import type { Scope } from "../../domain/actor.ts";
import type { ApiTokenStore } from "../../application/ports/api-tokens.ts";
import { beginAudit } from "./append-audit.ts";
import type { Database } from "./database.ts";

export function createApiTokenStore(database: Database): ApiTokenStore {
  return {
    async add(token, events) {
      await database.transaction(async (transaction) => {
        await transaction.apiToken.create({
          data: { ...token, hash: new Uint8Array(token.hash), scopes: [...token.scopes] },
        });
        await beginAudit(transaction, events);
      });
    },

    async findByHash(hash) {
      const row = await database.run((client) =>
        client.apiToken.findUnique({ where: { hash: new Uint8Array(hash) } }),
      );
      return row === null ? null : { ...row, scopes: row.scopes as Scope[] };
    },

    async used(id, at) {
      await database.run((client) => client.apiToken.update({ where: { id }, data: { lastUsedAt: at } }));
    },
  };
}
