import pg from "pg";

/** The role as which the product runs; it owns nothing. */
export interface ApplicationRole {
  name: string;
  /** Null: the role exists. Else it is made if it is missing, and this is its password. */
  password: string | null;
}

/** To these a row may be added, and nothing else: their triggers say so to everybody, these rights to this role. */
const addOnly = ["audit_event", "audit_checkpoint", "policy"];

/** Any number that nobody else uses as a lock in this database. */
const lockKey = 7_205_759_405;

/**
 * Gives the role what Countersign needs in this database, as its owner, and takes back what it should not have. Safe to repeat, and due
 * after each migration: a new table is nobody's but its owner's. In one transaction, so that who works as the role notices nothing.
 * Throws if there is no such role, or if it could take any right by itself.
 */
export async function grantRights(databaseUrl: string, role: ApplicationRole): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("begin");
    // Two who grant at once would change the same rows of the catalogue, which Postgres refuses.
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    const found = await lookUp(client, role.name);
    if (role.password !== null) await setPassword(client, found.exists, role.name, role.password);
    else if (!found.exists) throw missing(role.name);
    if (found.owns)
      throw new Error(
        `The role ${role.name} is a superuser or owns the audit trail, so no right can be kept from it. ` +
          `Give another one, which is neither and is no member of one that is:\n${roleSql(role.name)}`,
      );
    await client.query(rightsSql(role.name, found.hasQueue ? "public, bullmq" : "public"));
    await client.query("commit");
  } finally {
    await client.end();
  }
}

interface Found {
  exists: boolean;
  owns: boolean;
  /** BullMQ's tables are here, too. */
  hasQueue: boolean;
}

async function lookUp(client: pg.Client, name: string): Promise<Found> {
  const { rows } = await client.query<Found>(
    `select exists (select from pg_roles where rolname = $1) as exists,
       coalesce((select bool_or(pg_has_role(rolname, relowner, 'MEMBER') or pg_has_role(rolname, nspowner, 'MEMBER'))
         from pg_roles, pg_class join pg_namespace on pg_namespace.oid = relnamespace
         where rolname = $1 and pg_class.oid = any ($2::regclass[])), false) as owns,
       to_regnamespace('bullmq') is not null as "hasQueue"`,
    [name, addOnly.map((table) => `public.${table}`)],
  );
  return rows[0] ?? { exists: false, owns: false, hasQueue: false };
}

async function setPassword(client: pg.Client, exists: boolean, name: string, password: string) {
  const how = exists ? "alter role" : "create role";
  await client.query(`${how} ${pg.escapeIdentifier(name)} login password ${pg.escapeLiteral(password)}`);
}

function rightsSql(name: string, schemas: string): string {
  const role = pg.escapeIdentifier(name);
  const kept = addOnly.map((table) => `public.${table}`).join(", ");
  return `
    grant usage on schema ${schemas} to ${role};
    grant select, insert, update, delete on all tables in schema ${schemas} to ${role};
    grant usage, select on all sequences in schema ${schemas} to ${role};
    revoke all on ${kept}, public._prisma_migrations from ${role};
    grant select, insert on ${kept} to ${role};
    grant select on public._prisma_migrations to ${role};`;
}

function missing(name: string): Error {
  return new Error(
    `There is no role ${name} (COUNTERSIGN_DATABASE_ROLE). Make it, as somebody who may, and migrate again:\n${roleSql(name)}`,
  );
}

function roleSql(name: string): string {
  return `  create role ${pg.escapeIdentifier(name)} login password 'CHANGE-ME';`;
}
