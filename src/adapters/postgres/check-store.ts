import type { CheckStore } from "../../application/ports/checks.ts";
import type { Check, CheckEvent } from "../../domain/check.ts";
import type { Database, Transaction } from "./database.ts";

/** More checks of one commit help nobody to decide; forges allow a thousand. */
const checksMax = 100;

export function createCheckStore(database: Database): CheckStore {
  return {
    of: (repository, commit) =>
      database.run(
        (client) => client.$queryRaw<Check[]>`
          select key, name, state, description, url from commit_check
          where repository = ${repository.toLowerCase()} and commit = ${commit} order by name, key limit ${checksMax}`,
      ),

    async forgetBefore(instant) {
      await database.run((client) => client.commitCheck.deleteMany({ where: { at: { lt: instant } } }));
    },
  };
}

/**
 * Keeps what is newer by the forge's own time: deliveries overtake one another, and are repeated. Pending approvals of the commit get
 * another version, so that a vote that is being counted on what was known before looks again.
 */
export async function writeCheck(transaction: Transaction, event: CheckEvent): Promise<void> {
  const { commit, key, name, state, description, url, at, rank } = event;
  const repository = event.repository.toLowerCase();
  const changed = await transaction.$executeRaw`
    insert into commit_check (repository, commit, key, name, state, description, url, at, rank)
    values (${repository}, ${commit}, ${key}, ${name}, ${state}, ${description}, ${url}, ${at}, ${rank})
    on conflict (repository, commit, key) do update
      set name = excluded.name, state = excluded.state, description = excluded.description, url = excluded.url,
          at = excluded.at, rank = excluded.rank
      where (commit_check.at, commit_check.rank) < (excluded.at, excluded.rank)`;
  if (changed > 0)
    await transaction.$executeRaw`
      update approval set version = version + 1
      where commit = ${commit} and lower(repository) = ${repository} and status = 'pending'`;
}
