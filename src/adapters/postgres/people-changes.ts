import { randomUUID } from "node:crypto";
import type { PeopleChanges } from "../../application/ports/people-store.ts";
import { appendAudit } from "./append-audit.ts";
import type { Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { findPerson, readPeople } from "./read-people.ts";

/** The writes of people, teams and sessions, inside one transaction. `touched` gets the ids of those whose rights change. */
export function changesIn(transaction: Transaction, touched: Set<string>): PeopleChanges {
  return {
    find: (idOrEmail) => findPerson(transaction, idOrEmail),
    administrators: async () => {
      const people = await readPeople(transaction, Prisma.sql`person.role = 'administrator'`);
      return people.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
    },
    record: (events) => appendAudit(transaction, events),
    ...personChanges(transaction, touched),
    ...sessionChanges(transaction),
    ...identityChanges(transaction, touched),
    ...teamChanges(transaction, touched),
  };
}

function personChanges({ user, account }: Transaction, touched: Set<string>) {
  return {
    countAdministrators: () => user.count({ where: { role: "administrator", deactivatedAt: null } }),
    async add({ id, name, email, role, passwordHash, at }) {
      // An administrator vouches for the address, so an identity provider that has checked the same one may be linked to it.
      const data = { id, name, email, role, emailVerified: true, passwordIsOneTime: passwordHash !== null };
      await user.create({ data: { ...data, createdAt: at, updatedAt: at } });
      if (passwordHash !== null) await account.create({ data: credential(id, passwordHash) });
    },
    async setRole(id, role) {
      await user.update({ where: { id }, data: { role } });
      touched.add(id);
    },
    async setActive(id, deactivatedAt) {
      await user.update({ where: { id }, data: { deactivatedAt } });
      touched.add(id);
    },
    async setPassword(id, hash, passwordIsOneTime) {
      await account.upsert({
        where: { providerId_accountId: { providerId: "credential", accountId: id } },
        create: credential(id, hash),
        update: { password: hash },
      });
      await user.update({ where: { id }, data: { passwordIsOneTime } });
    },
    async dropOneTimePassword(id) {
      const { count } = await user.updateMany({
        where: { id, passwordIsOneTime: true },
        data: { passwordIsOneTime: false },
      });
      if (count > 0) await account.deleteMany({ where: { userId: id, providerId: "credential" } });
    },
  } satisfies Partial<PeopleChanges>;
}

/** As better-auth knows a person with a password. */
function credential(userId: string, password: string) {
  return { id: randomUUID(), userId, providerId: "credential", accountId: userId, password };
}

function sessionChanges({ session }: Transaction) {
  return {
    async endSessions(userId, except) {
      const where = { userId, ...(except === null ? {} : { id: { not: except } }) };
      const ended = await session.findMany({ where, select: { id: true } });
      await session.deleteMany({ where });
      return ended.map(({ id }) => id);
    },
    async endSession(id) {
      const found = await session.findUnique({ where: { id }, select: { userId: true } });
      if (found !== null) await session.deleteMany({ where: { id } });
      return found?.userId ?? null;
    },
  } satisfies Partial<PeopleChanges>;
}

function identityChanges({ user, gitIdentity }: Transaction, touched: Set<string>) {
  return {
    async ownerOf(kind, value) {
      const found = await gitIdentity.findUnique({ where: { kind_value: { kind, value } } });
      if (found !== null || kind === "login") return found?.userId ?? null;
      const person = await user.findFirst({ where: { email: { equals: value, mode: "insensitive" } } });
      return person?.id ?? null;
    },
    async setIdentities(userId, { emails, logins }) {
      await gitIdentity.deleteMany({ where: { userId } });
      const of = (kind: string) => (value: string) => ({ kind, value, userId });
      await gitIdentity.createMany({ data: [...emails.map(of("email")), ...logins.map(of("login"))] });
      touched.add(userId);
    },
  } satisfies Partial<PeopleChanges>;
}

function teamChanges({ team, teamMember }: Transaction, touched: Set<string>) {
  return {
    findTeam: (name) => team.findUnique({ where: { name }, select: { id: true, name: true } }),
    async addTeam({ id, name, at }) {
      await team.create({ data: { id, name, createdAt: at } });
    },
    async removeTeam(id) {
      const members = await teamMember.findMany({ where: { teamId: id }, select: { userId: true } });
      for (const { userId } of members) touched.add(userId);
      await team.delete({ where: { id } });
    },
    async addMember(teamId, userId, fromGroup) {
      const key = { teamId_userId: { teamId, userId } };
      const known = await teamMember.findUnique({ where: key });
      if (known === null) await teamMember.create({ data: { teamId, userId, fromGroup } });
      else if (known.fromGroup && !fromGroup)
        await teamMember.update({ where: key, data: { fromGroup: false } });
      else return false;
      touched.add(userId);
      return known === null;
    },
    async removeMember(teamId, userId) {
      const { count } = await teamMember.deleteMany({ where: { teamId, userId } });
      touched.add(userId);
      return count > 0;
    },
    async teamsFromGroups(userId) {
      const rows = await teamMember.findMany({
        where: { userId, fromGroup: true },
        select: { team: { select: { id: true, name: true } } },
      });
      return rows.map((row) => row.team);
    },
  } satisfies Partial<PeopleChanges>;
}
