import type { PeopleStore, SessionRecord, TeamRecord } from "../../application/ports/people-store.ts";
import type { Clock } from "../../application/ports/runtime.ts";
import type { Database, Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { judgeVotesAgain } from "./judge-again.ts";
import { changesIn } from "./people-changes.ts";
import { roleOf } from "./person-columns.ts";
import { findPerson, readPeople } from "./read-people.ts";

export function createPeopleStore(database: Database, clock: Clock): PeopleStore {
  return {
    list: () => database.run((client) => readPeople(client, Prisma.sql`true`)),
    find: (idOrEmail) => database.run((client) => findPerson(client, idOrEmail)),
    teams: () => database.run(readTeams),
    sessions: (personId) => database.run((client) => readSessions(client, personId)),

    async passwordHash(personId) {
      const account = await database.run((client) =>
        client.account.findFirst({ where: { userId: personId, providerId: "credential" } }),
      );
      return account?.password ?? null;
    },

    change: (work) =>
      database.transaction(async (transaction) => {
        // Changes of people are rare: one after the other, none has to think of another that runs beside it.
        await transaction.$queryRaw`
          select pg_advisory_xact_lock(hashtextextended('countersign people', 0)) is null as locked`;
        const touched = new Set<string>();
        const result = await work(changesIn(transaction, touched));
        if (touched.size > 0) await judgeVotesAgain(transaction, [...touched], clock.now());
        return result;
      }),
  };
}

async function readTeams(client: Transaction): Promise<TeamRecord[]> {
  const teams = await client.team.findMany({
    orderBy: { name: "asc" },
    include: { members: { include: { user: true }, orderBy: [{ user: { name: "asc" } }] } },
  });
  return teams.map(({ id, name, members }) => ({
    id,
    name,
    members: members.map(({ fromGroup, user }) => ({
      id: user.id,
      name: user.name,
      email: user.email,
      role: roleOf(user.role),
      isActive: user.deactivatedAt === null,
      fromGroup,
    })),
  }));
}

async function readSessions(client: Transaction, personId: string | null): Promise<SessionRecord[]> {
  const rows = await client.session.findMany({
    where: { expiresAt: { gt: new Date() }, ...(personId === null ? {} : { userId: personId }) },
    orderBy: { updatedAt: "desc" },
    take: 500,
    include: { user: { select: { id: true, name: true, email: true } } },
    omit: { token: true },
  });
  return rows.map(({ id, user, ipAddress, userAgent, createdAt, updatedAt, expiresAt }) => ({
    id,
    person: user,
    address: ipAddress,
    userAgent,
    openedAt: createdAt,
    lastUsedAt: updatedAt,
    expiresAt,
  }));
}
