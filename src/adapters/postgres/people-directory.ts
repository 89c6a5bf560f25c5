import type { DirectoryPerson, PeopleDirectory } from "../../application/ports/people-directory.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { identitiesOf, personColumns, roleOf, type PersonRow } from "./person-columns.ts";

export function createPeopleDirectory(database: Database): PeopleDirectory {
  const find = async (condition: Prisma.Sql): Promise<DirectoryPerson[]> => {
    const rows = await database.run(
      (client) => client.$queryRaw<PersonRow[]>`
        select ${personColumns} from "user" as person
        where person.deactivated_at is null and ${condition} order by person.name, person.id`,
    );
    return rows.map(directoryPerson);
  };
  return {
    async membersOf(teams) {
      if (teams.length === 0) return new Map();
      const members = await find(Prisma.sql`exists (
        select from team_member join team on team.id = team_member.team_id
        where team_member.user_id = person.id and team.name = any(${[...teams]}::text[]))`);
      return new Map(teams.map((team) => [team, members.filter((member) => member.teams.includes(team))]));
    },
    reviewers: () => find(Prisma.sql`person.role in ('reviewer', 'administrator')`),
  };
}

function directoryPerson(row: PersonRow): DirectoryPerson {
  const { id, name, role, teams } = row;
  return { id, name, role: roleOf(role), teams, identities: identitiesOf(row) };
}
