import type { IdentifyStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";

export function createIdentifyStore(database: Database): IdentifyStore {
  return {
    async dueForIdentify(now, limit) {
      const rows = await database.run((client) =>
        client.approval.findMany({
          where: { identifyAfter: { lte: now } },
          orderBy: { identifyAfter: "asc" },
          take: limit,
          select: { id: true },
        }),
      );
      return rows.map((row) => row.id);
    },

    async identifyAttempts(id) {
      const row = await database.run((client) =>
        client.approval.findUnique({ where: { id }, select: { identifyTries: true } }),
      );
      return row?.identifyTries ?? 0;
    },

    async identified(id, facts, clocks, now) {
      const { executionArn, executionName, stateMachineArn, stateName, stateEnteredAt } = facts ?? {};
      await database.run((client) =>
        client.approval.updateMany({
          // A settled approval needs no beat any more: a look-up that comes late must not start them again.
          where: { id, identifiedAt: null, OR: [{ status: "pending" }, { answer: { settledAt: null } }] },
          data: {
            ...(executionArn === undefined ? {} : { executionArn }),
            ...(executionName === undefined ? {} : { executionName }),
            ...(stateMachineArn === undefined ? {} : { stateMachineArn }),
            ...(stateName == null ? {} : { stateName }),
            ...(stateEnteredAt == null ? {} : { stateEnteredAt }),
            ...clocks,
            executionIsProven: facts !== null,
            identifiedAt: now,
            identifyAfter: null,
          },
        }),
      );
    },

    async postponeIdentify(id, until) {
      await database.run((client) =>
        client.approval.update({
          where: { id },
          data: { identifyAfter: until, identifyTries: { increment: 1 } },
        }),
      );
    },
  };
}
