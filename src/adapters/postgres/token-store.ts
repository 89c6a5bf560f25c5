import type { TaskToken } from "../../domain/task-token.ts";
import type { TokenCipher } from "../crypto/token-cipher.ts";
import { inBatches } from "../in-batches.ts";
import type { Database } from "./database.ts";

/** The one reader of the one column that holds task tokens. */
export interface TokenReader {
  /** Null: the task is closed and its token erased, or there is no such approval. Throws TokenUnreadable. */
  read(approvalId: string): Promise<TaskToken | null>;
}

/** A batch of heartbeats asks for as many tokens at nearly the same time: what is asked while a query runs shares the next one. */
const tokensPerQuery = 100;

export function createTokenReader(database: Database, cipher: TokenCipher): TokenReader {
  const readSealed = async (ids: readonly string[]) => {
    const rows = await database.run(
      (client) => client.$queryRaw<{ id: string; ciphertext: Uint8Array | null }[]>`
        select approval_id as id, ciphertext from task_token where approval_id = any(${[...ids]}::uuid[])`,
    );
    const sealed = new Map(rows.map(({ id, ciphertext }) => [id, ciphertext]));
    return ids.map((id) => ({ status: "fulfilled", value: sealed.get(id) ?? null }) as const);
  };
  const sealedOf = inBatches(tokensPerQuery, readSealed);
  return {
    async read(approvalId) {
      const sealed = await sealedOf(approvalId);
      return sealed === null ? null : cipher.decrypt(sealed, approvalId);
    },
  };
}
