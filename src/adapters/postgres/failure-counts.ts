import type { FailureCounts } from "../../application/ports/failures.ts";
import type { Database } from "./database.ts";

/** By Postgres' clock, which is one for all servers. Each count takes a few of the rows along that nobody needs any more. */
export function createFailureCounts(database: Database): FailureCounts {
  return {
    async add(key, windowMs) {
      const [row] = await database.run(
        (client) => client.$queryRaw<{ count: number; resetsInMs: number }[]>`
          with forgotten as (
            delete from failure where key in (
              select key from failure where resets_at < now() - interval '1 hour' limit 10 for update skip locked))
          insert into failure (key, count, resets_at) values (${key}, 1, now() + ${windowMs} * interval '1 millisecond')
          on conflict (key) do update set
            count = case when failure.resets_at <= now() then 1 else failure.count + 1 end,
            resets_at = case when failure.resets_at <= now() then excluded.resets_at else failure.resets_at end
          returning count, ceil(extract(epoch from resets_at - now()) * 1000)::int as "resetsInMs"`,
      );
      if (row === undefined) throw new Error("an insert that always returns its row returned none");
      return row;
    },

    async takeBack(key) {
      await database.run(
        (client) => client.$executeRaw`update failure set count = count - 1 where key = ${key} and count > 0`,
      );
    },
  };
}
