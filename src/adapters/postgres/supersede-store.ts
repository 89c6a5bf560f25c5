import type { StartedPush, SupersedeStore } from "../../application/ports/supersede.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import type { PushPlace } from "../../domain/push-order.ts";
import type { NewerCommit } from "../../domain/retire.ts";
import { appendAudit } from "./append-audit.ts";
import type { Database, Transaction } from "./database.ts";
import { furthest } from "./due.ts";
import { Prisma } from "./generated/client.ts";

/** The newest pushes of a branch: one that is newer than an approval's is among them, unless nobody has decided for a hundred pushes. */
const othersMax = 100;

/** An execution lives for a year at most (AWS, Step Functions quotas): older pushes have nothing pending. */
const oldest = Prisma.sql`interval '1 year'`;

/**
 * The ARN of the execution that a start asks for: known before StartExecution has told it, and without the version or alias that a
 * state machine's ARN may end with.
 */
export const executionArnSql = Prisma.sql`replace(array_to_string((string_to_array(start.state_machine_arn, ':'))[1:7], ':'),
  ':stateMachine:', ':execution:') || ':' || start.name`;

export function createSupersedeStore(database: Database): SupersedeStore {
  return {
    markOlder: (startId, now) => database.transaction((transaction) => markOlder(transaction, startId, now)),

    async dueForLook(now, limit) {
      const rows = await database.run(
        (client) => client.$queryRaw<{ id: string }[]>`
          select id from approval
          where status = 'pending' and (look_for_newer_at <= ${now} or look_for_newer_at > ${furthest(now)})
          order by look_for_newer_at limit ${limit}`,
      );
      return rows.map(({ id }) => id);
    },

    look: (approvalId) => look(database, approvalId),

    async looked(approvalId, dueAt) {
      await database.run(
        (client) => client.$executeRaw`
          update approval set look_for_newer_at = null where id = ${approvalId}::uuid and look_for_newer_at = ${dueAt}`,
      );
    },

    flag: (approvalId, newer, events) =>
      database.transaction((transaction) => flag(transaction, approvalId, newer, events)),
  };
}

/**
 * A mark that is there already moves on, so that whoever looks just now does not take away the new one with the old. In one order, so
 * that two pushes at once cannot wait for each other.
 */
async function markOlder(transaction: Transaction, startId: string, now: Date): Promise<string[]> {
  const owed = await transaction.$executeRaw`
    update push_order set look_at_older = false where start_id = ${startId}::uuid and look_at_older`;
  if (owed === 0) return [];
  const rows = await transaction.$queryRaw<{ id: string }[]>`
    with older as (
      select id from approval
      where status = 'pending' and execution_is_proven and execution_arn in (
        select ${executionArnSql}
        from push_order as own
        join push_order as other on other.lane = own.lane and other.start_id <> own.start_id
          and (other.happened_at is null or other.happened_at > ${now}::timestamptz - ${oldest})
        join execution_start as start on start.id = other.start_id
        where own.start_id = ${startId}::uuid)
      order by id for no key update)
    update approval set look_for_newer_at = greatest(${now}, look_for_newer_at + interval '1 millisecond')
    from older where approval.id = older.id
    returning approval.id`;
  return rows.map(({ id }) => id);
}

async function look(database: Database, approvalId: string): ReturnType<SupersedeStore["look"]> {
  const [own] = await database.run(
    (client) => client.$queryRaw<(PushPlace & { startId: string | null; lane: string; dueAt: Date })[]>`
      select approval.look_for_newer_at as "dueAt", place.start_id as "startId", place.lane, place.commit, place.before,
             place.happened_at as "happenedAt"
      from approval
      left join execution_start as start on start.name = approval.execution_name and ${executionArnSql} = approval.execution_arn
      left join push_order as place on place.start_id = start.id
      where approval.id = ${approvalId}::uuid and approval.status = 'pending' and approval.execution_is_proven
        and approval.look_for_newer_at is not null
      order by place.start_id nulls last limit 1`,
  );
  if (own === undefined) return null;
  const { startId, lane, dueAt, ...place } = own;
  if (startId === null) return { own: place, others: [], dueAt };
  const others = await database.run(
    (client) => client.$queryRaw<StartedPush[]>`
      select other.commit, other.before, other.happened_at as "happenedAt", other.mode, other.branch, other.url
      from push_order as other join execution_start as start on start.id = other.start_id
      where other.lane = ${lane} and other.start_id <> ${startId}::uuid and other.mode <> 'none'
        and start.execution_arn is not null
      order by other.before = ${place.commit} desc nulls last, other.happened_at desc nulls last limit ${othersMax}`,
  );
  return { own: place, others, dueAt };
}

async function flag(
  transaction: Transaction,
  approvalId: string,
  { commit, url }: NewerCommit,
  events: readonly AuditEvent[],
): Promise<boolean> {
  const count = await transaction.$executeRaw`
    update approval set newer_commit = ${commit}, newer_commit_url = ${url}
    where id = ${approvalId}::uuid and status = 'pending' and newer_commit is distinct from ${commit}`;
  if (count > 0) await appendAudit(transaction, events);
  return count > 0;
}
