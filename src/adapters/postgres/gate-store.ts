import type { GateStore, UnclaimedGate } from "../../application/ports/gates.ts";
import type { Database } from "./database.ts";
import type { Visibility } from "../../domain/visibility.ts";
import { Prisma } from "./generated/client.ts";
import { activityMatches } from "./visible.ts";

/**
 * What has become an approval meanwhile is no gate, even before the reconciler comes by again. An approval does not know the event that
 * scheduled its task: of two tasks of one activity, where one is taken the other soon will be. AWS's clock may be a little ahead.
 */
const unclaimed = Prisma.sql`from unclaimed_gate as gate where not exists (
  select 1 from approval where approval.execution_arn = gate.execution_arn and approval.activity_arn = gate.activity_arn
    and received_at >= gate.scheduled_at - interval '10 seconds' and execution_is_proven)`;

export function createGateStore(database: Database): GateStore {
  return {
    knownMachines: () => knownMachines(database),

    replace: (executionArn, stateMachineArn, gates, at) =>
      database.transaction(async (transaction) => {
        await transaction.unclaimedGate.deleteMany({ where: { executionArn } });
        const rows = gates.map((gate) => ({ ...gate, executionArn, stateMachineArn, seenAt: at }));
        await transaction.unclaimedGate.createMany({ data: rows, skipDuplicates: true });
      }),

    async seen(executionArns, at) {
      await database.run(
        (client) => client.$executeRaw`
          update unclaimed_gate set seen_at = ${at} where execution_arn = any(${[...executionArns]})`,
      );
    },

    async forgetUnseen(stateMachineArn, since) {
      await database.run((client) =>
        client.unclaimedGate.deleteMany({
          where: { seenAt: { lt: since }, ...(stateMachineArn === null ? {} : { stateMachineArn }) },
        }),
      );
    },

    list: (limit, visibility = null) =>
      database.run(
        (client) => client.$queryRaw<UnclaimedGate[]>`
          select execution_arn as "executionArn", event_id as "eventId", state_machine_arn as "stateMachineArn",
                 activity_arn as "activityArn", state_name as "stateName", scheduled_at as "scheduledAt"
          ${unclaimed} and ${mayBeSeen(visibility)} order by scheduled_at, execution_arn, event_id limit ${limit}`,
      ),

    async count(visibility = null) {
      const [row] = await database.run(
        (client) =>
          client.$queryRaw<
            { count: number }[]
          >`select count(*)::int as count ${unclaimed} and ${mayBeSeen(visibility)}`,
      );
      return row?.count ?? 0;
    },
  };
}

function mayBeSeen(visibility: Visibility | null): Prisma.Sql {
  if (visibility === null) return Prisma.sql`true`;
  const { activityArns, repositories } = visibility;
  if (repositories !== null) return Prisma.sql`false`;
  return activityArns === null
    ? Prisma.sql`true`
    : activityMatches(activityArns, Prisma.sql`gate.activity_arn`);
}

/** From one machine of the index to the next, not from one approval to the next. */
async function knownMachines(database: Database): Promise<string[]> {
  const rows = await database.run(
    (client) => client.$queryRaw<{ arn: string }[]>`
      with recursive machine(arn) as (
        select min(state_machine_arn) from approval where execution_is_proven
        union all
        select (select min(state_machine_arn) from approval
                where execution_is_proven and state_machine_arn > machine.arn)
        from machine where machine.arn is not null)
      select arn from machine where arn is not null`,
  );
  return rows.map(({ arn }) => arn);
}
