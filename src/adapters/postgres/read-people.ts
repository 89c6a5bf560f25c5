import type { PersonRecord } from "../../application/ports/people-store.ts";
import type { Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { personColumns, roleOf, type PersonRow } from "./person-columns.ts";

export async function findPerson(client: Transaction, idOrEmail: string): Promise<PersonRecord | null> {
  const [person] = await readPeople(
    client,
    Prisma.sql`(person.id = ${idOrEmail} or lower(person.email) = ${idOrEmail.toLowerCase()})`,
  );
  return person ?? null;
}

type RecordRow = PersonRow & {
  isActive: boolean;
  passwordIsOneTime: boolean;
  signsInWith: string[];
  createdAt: Date;
  lastSignedInAt: Date | null;
};

export async function readPeople(client: Transaction, condition: Prisma.Sql): Promise<PersonRecord[]> {
  const rows = await client.$queryRaw<RecordRow[]>`
    select ${personColumns}, person.deactivated_at is null as "isActive",
      person.password_is_one_time as "passwordIsOneTime", person.created_at as "createdAt",
      person.last_signed_in_at as "lastSignedInAt",
      array(select provider_id from account where user_id = person.id order by provider_id) as "signsInWith"
    from "user" as person where ${condition} order by lower(person.name), person.id`;
  return rows.map(({ emails, logins, role, email, signsInWith, ...row }) => ({
    ...row,
    email: email.toLowerCase(),
    role: roleOf(role),
    signsInWith: signsInWith.map((provider) => (provider === "credential" ? "password" : provider)),
    identities: { emails, logins },
  }));
}
