import type { IntakeStore } from "../../application/intake-ports.ts";
import { auditRows } from "./audit-row.ts";
import { isUniqueViolation, type Database } from "./database.ts";

interface ClaimedStart {
  id: string;
  stateMachineArn: string;
  name: string;
  input: string;
  attempts: number;
}

export function createIntakeStore(database: Database): IntakeStore {
  return {
    async findDelivery(forge, deliveryId) {
      const row = await database.run((client) =>
        client.webhookDelivery.findUnique({ where: { forge_deliveryId: { forge, deliveryId } }, include: { starts: true } }),
      );
      if (row === null) return null;
      const { starts, ...delivery } = row;
      return { delivery, starts: starts.map(({ stateMachineArn, name, executionArn, lastError }) => ({ stateMachineArn, name, executionArn, note: lastError })) };
    },

    async recordDelivery(delivery, starts, events) {
      const { forge, deliveryId, receivedAt } = delivery;
      try {
        await database.transaction(async (transaction) => {
          await transaction.webhookDelivery.create({ data: { ...delivery, bodyHash: new Uint8Array(delivery.bodyHash) } });
          const rows = starts.map((start) => ({ ...start, forge, deliveryId, nextAttemptAt: receivedAt }));
          await transaction.executionStart.createMany({ data: rows, skipDuplicates: true });
          await transaction.auditEvent.createMany({ data: auditRows(events) });
        });
        return "recorded";
      } catch (error) {
        if (isUniqueViolation(error)) return "known";
        throw error;
      }
    },

    async dueStarts(now, limit) {
      const rows = await database.run((client) =>
        client.executionStart.findMany({ where: { nextAttemptAt: { lte: now } }, orderBy: { nextAttemptAt: "asc" }, take: limit, select: { id: true } }),
      );
      return rows.map((row) => row.id);
    },

    async claimStart(id, now, leaseUntil) {
      const [row] = await database.run(
        (client) => client.$queryRaw<ClaimedStart[]>`
          update execution_start set attempts = attempts + 1, next_attempt_at = ${leaseUntil}
          where id = ${id}::uuid and next_attempt_at <= ${now}
          returning id, state_machine_arn as "stateMachineArn", name, input, attempts`,
      );
      if (row === undefined) return null;
      const { attempts, ...start } = row;
      return { ...start, earlierAttempts: attempts - 1 };
    },

    async started(id, executionArn) {
      await database.run((client) => client.executionStart.update({ where: { id }, data: { executionArn, nextAttemptAt: null, lastError: null } }));
    },

    async postponeStart(id, until, note) {
      await database.run((client) => client.executionStart.update({ where: { id }, data: { nextAttemptAt: until, lastError: note } }));
    },
  };
}
