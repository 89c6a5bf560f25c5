import type { IdentifyStore } from "../../application/ports/identify.ts";
import { furthest } from "./due.ts";
import { createTriesStore } from "./tries-store.ts";
import type { Database } from "./database.ts";

export function createIdentifyStore(database: Database): IdentifyStore {
  return {
    ...createTriesStore(database),

    async dueForIdentify(now, limit) {
      const rows = await database.run((client) =>
        client.approval.findMany({
          where: { OR: [{ identifyAfter: { lte: now } }, { identifyAfter: { gt: furthest(now) } }] },
          orderBy: { identifyAfter: "asc" },
          take: limit,
          select: { id: true },
        }),
      );
      return rows.map((row) => row.id);
    },

    claim: (id, now, leaseUntil) => claim(database, id, now, leaseUntil),

    async identified(id, facts, clocks, now) {
      const { executionArn, executionName, stateMachineArn, stateName, stateEnteredAt } = facts;
      const { attempt, previousId, retryCount, redriveCount, mapIndex } = facts;
      await database.run((client) =>
        client.approval.updateMany({
          // A settled approval needs no beat any more: a look-up that comes late must not start them again.
          where: { id, identifiedAt: null, OR: [{ status: "pending" }, { answer: { settledAt: null } }] },
          data: {
            executionArn,
            executionName,
            stateMachineArn,
            ...(stateName === null ? {} : { stateName }),
            ...(stateEnteredAt === null ? {} : { stateEnteredAt }),
            ...clocks,
            attempt,
            previousId,
            retryCount,
            ...(redriveCount === null ? {} : { redriveCount }),
            ...(mapIndex === null ? {} : { mapIndex }),
            executionIsProven: true,
            // A vote that is being counted on what was known before looks again.
            version: { increment: 1 },
            identifiedAt: now,
            identifyAfter: null,
          },
        }),
      );
    },

    async postpone(id, until, counts, assumedHeartbeatSeconds) {
      await database.run(
        (client) => client.$executeRaw`
          update approval set identify_after = ${until}, identify_tries = identify_tries + ${counts ? 1 : 0},
                 heartbeat_seconds = coalesce(heartbeat_seconds, ${assumedHeartbeatSeconds}::int)
          where id = ${id}::uuid and identify_after is not null and identified_at is null`,
      );
    },
  };
}

async function claim(database: Database, id: string, now: Date, leaseUntil: Date): Promise<number | null> {
  const [row] = await database.run(
    (client) => client.$queryRaw<{ tries: number }[]>`
      update approval set identify_after = ${leaseUntil}
      where id = ${id}::uuid and (identify_after <= ${now} or identify_after > ${furthest(now)})
        and identified_at is null and status <> 'lapsed'
      returning identify_tries as tries`,
  );
  return row?.tries ?? null;
}
