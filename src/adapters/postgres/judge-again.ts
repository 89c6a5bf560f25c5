import type { Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/**
 * What pending approvals on which these people, or bots of theirs, have voted come to may have changed with their rights. So a vote that is being
 * counted on the rights before reads again (`version`), and the policy clock looks soon: votes that count again may suffice.
 */
export async function judgeVotesAgain(
  transaction: Transaction,
  personIds: readonly string[],
  at: Date,
): Promise<void> {
  const ids = [...personIds];
  await judgeAgain(
    transaction,
    Prisma.sql`(vote.actor_kind = 'person' and vote.actor_id = any(${ids}::text[])) or vote.held_by = any(${ids}::text[])`,
    at,
  );
}

/** The same for votes of bots. */
export async function judgeBotsVotesAgain(
  transaction: Transaction,
  botIds: readonly string[],
  at: Date,
): Promise<void> {
  await judgeAgain(
    transaction,
    Prisma.sql`vote.actor_kind = 'bot' and vote.actor_id = any(${[...botIds]}::text[])`,
    at,
  );
}

async function judgeAgain(transaction: Transaction, theirs: Prisma.Sql, at: Date): Promise<void> {
  await transaction.$executeRaw`
    update approval set version = version + 1, policy_due_at = least(policy_due_at, ${at}::timestamptz)
    where status = 'pending' and exists (
      select from vote where vote.approval_id = approval.id and not vote.replaced and (${theirs}))`;
}
