import type { PendingRun, ReconcileStore } from "../../application/ports/reconcile.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

export function createReconcileStore(database: Database): ReconcileStore {
  return {
    machinesWithPending: () => machinesWithPending(database),

    pendingOf: (stateMachineArn, before, afterId, limit) =>
      database.run(
        (client) => client.$queryRaw<PendingRun[]>`
          select id, execution_arn as "executionArn" from approval
          where status = 'pending' and execution_is_proven and state_machine_arn = ${stateMachineArn}
            and id > coalesce(${afterId}::uuid, '00000000-0000-0000-0000-000000000000') and received_at < ${before}
          order by id limit ${limit}`,
      ),

    async doubt(ids, at, checkedBefore) {
      await database.run(
        (client) => client.$executeRaw`
          update approval set doubted_at = ${at}
          where id = any(${[...ids]}::uuid[]) and status = 'pending' and doubted_at is null and checked_at < ${checkedBefore}`,
      );
    },

    doubtOldest: (stateMachineArn, ...how) =>
      doubtOldest(
        database,
        Prisma.sql`execution_is_proven and state_machine_arn = ${stateMachineArn}`,
        ...how,
      ),

    doubtOldestOf: (ids, ...how) => doubtOldest(database, Prisma.sql`id = any(${[...ids]}::uuid[])`, ...how),

    doubtExecution: (executionArn, at) =>
      database.run(
        (client) => client.$executeRaw`
          update approval set doubted_at = coalesce(doubted_at, ${at})
          where execution_arn = ${executionArn} and status = 'pending' and execution_is_proven`,
      ),

    async doubted(limit) {
      const rows = await database.run(
        (client) => client.$queryRaw<{ id: string }[]>`
          select id from approval where status = 'pending' and doubted_at is not null
          order by doubted_at limit ${limit}`,
      );
      return rows.map(({ id }) => id);
    },

    async checked(id, at) {
      await database.run((client) =>
        client.approval.update({ where: { id }, data: { doubtedAt: null, checkedAt: at } }),
      );
    },
  };
}

async function doubtOldest(
  database: Database,
  among: Prisma.Sql,
  at: Date,
  checkedBefore: Date,
  limit: number,
): Promise<void> {
  await database.run(
    (client) => client.$executeRaw`
      update approval set doubted_at = ${at} where id in (
        select id from approval
        where status = 'pending' and ${among} and doubted_at is null and checked_at < ${checkedBefore}
        order by checked_at limit ${limit})`,
  );
}

/** From one machine of the index to the next, not from one approval to the next. */
async function machinesWithPending(database: Database): Promise<string[]> {
  const rows = await database.run(
    (client) => client.$queryRaw<{ arn: string }[]>`
      with recursive machine(arn) as (
        (select state_machine_arn from approval
         where status = 'pending' and execution_is_proven and state_machine_arn is not null
         order by state_machine_arn limit 1)
        union all
        select (select state_machine_arn from approval
                where status = 'pending' and execution_is_proven and state_machine_arn > machine.arn
                order by state_machine_arn limit 1)
        from machine where machine.arn is not null)
      select arn from machine where arn is not null`,
  );
  return rows.map(({ arn }) => arn);
}
