import type { Transaction } from "./database.ts";

/** The task is closed, or out of reach: nothing is sent for it any more. When it was heard last stays in the approval. */
export async function endBeats(client: Pick<Transaction, "$executeRaw">, approvalId: string): Promise<void> {
  await client.$executeRaw`
    with ended as (delete from heartbeat where approval_id = ${approvalId}::uuid returning last_beat_at)
    update approval set last_beat_at = ended.last_beat_at from ended where id = ${approvalId}::uuid`;
}
