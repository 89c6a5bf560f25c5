import type { TaskToken } from "../../domain/task-token.ts";
import type { TokenCipher } from "../crypto/token-cipher.ts";
import type { Database } from "./database.ts";

/** The one reader of the one column that holds task tokens. */
export interface TokenReader {
  /** Null: the task is closed and its token erased, or there is no such approval. Throws TokenUnreadable. */
  read(approvalId: string): Promise<TaskToken | null>;
}

export function createTokenReader(database: Database, cipher: TokenCipher): TokenReader {
  return {
    async read(approvalId) {
      const row = await database.run((client) =>
        client.taskToken.findUnique({ where: { approvalId }, select: { ciphertext: true } }),
      );
      return row?.ciphertext == null ? null : cipher.decrypt(row.ciphertext, approvalId);
    },
  };
}
