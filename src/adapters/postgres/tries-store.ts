import type { IdentifyStore } from "../../application/ports/identify.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import { appendAudit } from "./append-audit.ts";
import { endBeats } from "./end-beats.ts";
import type { Database, Transaction } from "./database.ts";

/** What identification asks about approvals other than the one it is about. */
export function createTriesStore(
  database: Database,
): Pick<IdentifyStore, "pendingIn" | "unidentified" | "findTries" | "supersede"> {
  return {
    async pendingIn(executionArns) {
      const rows = await database.run(
        (client) => client.$queryRaw<{ arn: string }[]>`
          select distinct execution_arn as arn from approval
          where execution_arn = any(${[...executionArns]}) and status = 'pending' and execution_is_proven`,
      );
      return new Set(rows.map(({ arn }) => arn));
    },

    async unidentified(workerNames) {
      const rows = await database.run((client) =>
        client.approval.findMany({
          where: { workerName: { in: [...workerNames] }, identifiedAt: null, identifyAfter: { not: null } },
          select: { id: true },
        }),
      );
      return rows.map((row) => row.id);
    },

    findTries: (workerNames) =>
      database.run((client) =>
        client.approval.findMany({
          where: { workerName: { in: [...workerNames] } },
          select: { id: true, workerName: true, status: true },
        }),
      ),

    supersede: (id, byId, at, events) =>
      database.transaction((transaction) => supersede(transaction, { id, byId, at }, events)),
  };
}

async function supersede(
  transaction: Transaction,
  { id, byId, at }: { id: string; byId: string; at: Date },
  events: readonly AuditEvent[],
): Promise<boolean> {
  const count = await transaction.$executeRaw`
    update approval set status = 'lapsed', lapsed_reason = 'superseded', lapsed_at = coalesce(lapsed_at, ${at}),
           superseded_by_id = ${byId}::uuid, identify_after = null, policy_due_at = null, version = version + 1
    where id = ${id}::uuid and (status = 'pending' or (status = 'lapsed' and lapsed_reason <> 'superseded'))`;
  if (count === 0) return false;
  await endBeats(transaction, id);
  await transaction.taskToken.update({ where: { approvalId: id }, data: { ciphertext: null } });
  await appendAudit(transaction, events);
  return true;
}
