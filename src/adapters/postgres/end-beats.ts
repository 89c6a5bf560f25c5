import type { Transaction } from "./database.ts";

/**
 * The task is closed, or out of reach: nothing is sent for it any more. When it was heard last stays in the approval, which is locked
 * first, as everybody does it who touches both: a late beat and the settled answer of one task would wait for each other.
 */
export async function endBeats(client: Pick<Transaction, "$executeRaw">, approvalId: string): Promise<void> {
  await client.$executeRaw`
    with own as (select id from approval where id = ${approvalId}::uuid for no key update),
      ended as (delete from heartbeat where approval_id = (select id from own) returning last_beat_at)
    update approval set last_beat_at = ended.last_beat_at from ended where id = ${approvalId}::uuid`;
}
