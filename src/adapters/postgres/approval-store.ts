import type { ApprovalStore } from "../../application/ports/approvals.ts";
import type { LapsedReason } from "../../domain/approval.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import { inBatches } from "../in-batches.ts";
import type { TokenCipher } from "../crypto/token-cipher.ts";
import { addTasks, type NewTask } from "./add-tasks.ts";
import { approvalFromRow } from "./approval-row.ts";
import { createPolicies, type Policies } from "./policies.ts";
import { writeVote } from "./write-vote.ts";
import { appendAudit } from "./append-audit.ts";
import { endBeats } from "./end-beats.ts";
import { isUniqueViolation, type Database, type Transaction } from "./database.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { listApprovals } from "./list-approvals.ts";
import { readApprovals } from "./read-approvals.ts";
import { isVisibleSql } from "./visible.ts";

/** An input may have 262,144 bytes: so many of them are still a statement that Postgres takes in a second. */
const tasksPerBatch = 100;

/** An exception takes back what its block has written: one statement, and nobody ever sees the row. */
async function probe(client: PrismaClient): Promise<void> {
  await client.$executeRaw`
    do $$ begin
      insert into approval (id, activity_arn, worker_name, received_at, checked_at, title, links, input)
      values (gen_random_uuid(), '', '', now(), now(), '', '[]', 'null');
      raise exception 'taken back';
    exception when raise_exception then null;
    end $$`;
}

/** Nothing is to be done for a closed approval any more. */
const nothingDue = { identifyAfter: null, policyDueAt: null };

export function createApprovalStore(
  database: Database,
  cipher: TokenCipher,
  policies: Policies = createPolicies(database),
): ApprovalStore {
  const add = inBatches(tasksPerBatch, (tasks: readonly NewTask[]) =>
    addTasks(database, { cipher, policies }, tasks),
  );
  return {
    add: (task, events) => add({ task, events }),

    probe: () => database.run((client) => probe(client)),

    async find(id, visibility = null) {
      const visible = visibility === null ? Prisma.sql`true` : isVisibleSql(visibility);
      const [row] = await readApprovals(
        database.query,
        Prisma.sql`select * from approval where id = ${id}::uuid and ${visible}`,
      );
      if (row === undefined) return null;
      return approvalFromRow(row, await policies.of([row.policyDigest]));
    },

    async list(filter, after, limit) {
      const rows = await listApprovals(database.query, filter, after, limit);
      const policyOf = await policies.of(rows.map(({ policyDigest }) => policyDigest));
      return rows.map((row) => approvalFromRow(row, policyOf));
    },

    async recordVote(record) {
      try {
        return await database.queries((query) => writeVote(query, record));
      } catch (error) {
        if (isUniqueViolation(error)) return "conflict";
        throw error;
      }
    },

    duePolicies: (now, limit) => database.run((client) => duePolicies(client, now, limit)),

    lapse: (id, reason, at, events) =>
      database.transaction((transaction) => writeLapse(transaction, id, { reason, at, events })),

    receiptOf: (id) => database.run((client) => receiptOf(client, id)),

    async findIdempotent(actor, key) {
      const row = await database.run((client) =>
        client.idempotencyKey.findUnique({ where: { actor_key: { actor, key } } }),
      );
      return row === null ? null : { digest: row.requestDigest, approvalId: row.approvalId };
    },

    async forgetIdempotencyBefore(instant) {
      await database.run((client) =>
        client.idempotencyKey.deleteMany({ where: { createdAt: { lt: instant } } }),
      );
    },
  };
}

async function writeLapse(
  transaction: Transaction,
  id: string,
  lapse: { reason: LapsedReason; at: Date; events: readonly AuditEvent[] },
): Promise<boolean> {
  const { count } = await transaction.approval.updateMany({
    where: { id, status: "pending" },
    data: {
      status: "lapsed",
      lapsedReason: lapse.reason,
      lapsedAt: lapse.at,
      ...nothingDue,
      version: { increment: 1 },
    },
  });
  if (count === 0) return false;
  await endBeats(transaction, id);
  await transaction.taskToken.update({ where: { approvalId: id }, data: { ciphertext: null } });
  await appendAudit(transaction, lapse.events);
  return true;
}

async function duePolicies(client: PrismaClient, now: Date, limit: number): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    select id::text as id from approval where policy_due_at <= ${now} and status = 'pending'
    order by policy_due_at limit ${limit}`;
  return rows.map(({ id }) => id);
}

async function receiptOf(client: PrismaClient, approvalId: string): Promise<string | null> {
  const row = await client.decision.findUnique({ where: { approvalId }, select: { receipt: true } });
  return row?.receipt ?? null;
}
