import type { IdentifyStore, StartRecord } from "../../application/ports/identify.ts";
import { writeChangedPolicy } from "./write-changed-policy.ts";
import { furthest } from "./due.ts";
import { createTriesStore } from "./tries-store.ts";
import type { Database, Transaction } from "./database.ts";

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

    identified: (id, facts, clocks, judge, now) =>
      database.transaction((transaction) => identified(transaction, id, { facts, clocks, judge, now })),

    async postpone(id, until, counts, assumedHeartbeatSeconds) {
      await database.run(
        (client) => client.$executeRaw`
          with postponed as (
            update approval set identify_after = ${until}, identify_tries = identify_tries + ${counts ? 1 : 0},
                   heartbeat_seconds = coalesce(heartbeat_seconds, ${assumedHeartbeatSeconds}::int)
            where id = ${id}::uuid and identify_after is not null and identified_at is null
            returning id, heartbeat_seconds)
          update heartbeat set heartbeat_seconds = postponed.heartbeat_seconds
          from postponed where approval_id = id and heartbeat.heartbeat_seconds is distinct from postponed.heartbeat_seconds`,
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

/**
 * A start may name a version or an alias of the state machine; history names the state machine alone. Locked before the approval, as a
 * delivery does: one that tells more of the start either is read here, or finds the approval identified.
 */
async function recordOf(
  transaction: Transaction,
  { stateMachineArn, executionName }: Told["facts"],
): Promise<StartRecord | null> {
  const [row] = await transaction.$queryRaw<StartRecord[]>`
    select repository, origin from execution_start
    where name = ${executionName} and (state_machine_arn = ${stateMachineArn} or starts_with(state_machine_arn, ${`${stateMachineArn}:`}))
    limit 1 for share`;
  return row ?? null;
}

type Told = {
  facts: Parameters<IdentifyStore["identified"]>[1];
  clocks: Parameters<IdentifyStore["identified"]>[2];
  judge: Parameters<IdentifyStore["identified"]>[3];
  now: Date;
};

async function identified(
  transaction: Transaction,
  id: string,
  { facts, clocks, judge, now }: Told,
): Promise<boolean> {
  const { executionArn, executionName, stateMachineArn, stateName, stateEnteredAt } = facts;
  const { attempt, previousId, retryCount, redriveCount, mapIndex } = facts;
  const { timeoutSeconds, heartbeatSeconds, nextBeatAt } = clocks;
  const { changed, dueAt } = judge(await recordOf(transaction, facts));
  const { count } = await transaction.approval.updateMany({
    // A settled approval needs no beat any more: a look-up that comes late must not start them again.
    where: { id, identifiedAt: null, OR: [{ status: "pending" }, { answer: { settledAt: null } }] },
    data: {
      executionArn,
      executionName,
      stateMachineArn,
      ...(stateName === null ? {} : { stateName }),
      ...(stateEnteredAt === null ? {} : { stateEnteredAt }),
      timeoutSeconds,
      heartbeatSeconds,
      attempt,
      previousId,
      retryCount,
      ...(redriveCount === null ? {} : { redriveCount }),
      ...(mapIndex === null ? {} : { mapIndex }),
      executionIsProven: true,
      ...(facts.mayBeSuperseded ? { lookForNewerAt: now } : {}),
      // A vote that is being counted on what was known before looks again.
      version: { increment: 1 },
      identifiedAt: now,
      identifyAfter: null,
      ...(dueAt === null ? {} : { policyDueAt: dueAt }),
    },
  });
  if (count === 0) return false;
  await transaction.heartbeat.updateMany({
    where: { approvalId: id },
    data: { timeoutSeconds, heartbeatSeconds, nextBeatAt, identified: true },
  });
  if (changed !== null) await writeChangedPolicy(transaction, id, changed);
  return true;
}
