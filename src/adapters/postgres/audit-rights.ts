import type { Log } from "../../application/ports/runtime.ts";
import { Prisma } from "./generated/client.ts";
import type { Database } from "./database.ts";

/** What to do is in docs/audit.md, "A role that can only add". */
const advice =
  "this database role may change or drop the audit trail: connect as one that owns nothing, and name it to `countersign migrate` in COUNTERSIGN_DATABASE_ROLE (docs/audit.md)";

/** Tells in the log if the role as which we are connected could change what the trail says. Never fails: the trail is signed, too. */
export async function warnIfTrailCanChange(database: Database, log: Log): Promise<void> {
  try {
    const [found] = await database.query<{ role: string; tables: string[] }>(tablesThatCanChange);
    if (found !== undefined && found.tables.length > 0) log.warn(found, advice);
  } catch (error) {
    log.debug({ err: error }, "could not ask which rights this database role has");
  }
}

/** Who owns a table, or its schema, may drop it and switch its triggers off, whatever else is granted. A superuser has every right. */
const tablesThatCanChange = Prisma.sql`
  select current_user as role, coalesce(array_agg(relname::text order by relname), '{}') as tables
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where pg_class.oid in (to_regclass('audit_event'), to_regclass('audit_checkpoint'))
    and (pg_has_role(relowner, 'MEMBER') or pg_has_role(nspowner, 'MEMBER')
      or has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE') or has_any_column_privilege(pg_class.oid, 'UPDATE'))`;
