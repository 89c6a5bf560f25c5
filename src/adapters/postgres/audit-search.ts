import type { AuditFilter, AuditKey } from "../../application/ports/audit.ts";
import { Prisma } from "./generated/client.ts";
import { isVisibleSql } from "./visible.ts";

/** The columns of an event, as it was hashed. */
export const eventColumns = Prisma.sql`stream, seq, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, type, approval_id::text as "approvalId",
  actor::text as actor, detail::text as detail`;

/** Events that match, newest first. JSON is searched as text: `->>` fails on a member that holds U+0000. */
export function searchQuery(filter: AuditFilter, after: AuditKey | null, limit: number): Prisma.Sql {
  const { approvalId, actor, type, text, from, to, visibility } = filter;
  const like = (what: string) => `%${what.replace(/[\\%_]/g, "\\$&")}%`;
  const inJson = (what: string) => JSON.stringify(what).slice(1, -1);
  const conditions = [
    Prisma.sql`true`,
    ...(visibility == null
      ? []
      : [Prisma.sql`approval_id in (select id from approval where ${isVisibleSql(visibility)})`]),
    ...(approvalId === undefined ? [] : [Prisma.sql`stream = ${approvalId}`]),
    ...(type === undefined ? [] : [Prisma.sql`type = ${type}`]),
    ...(from === undefined ? [] : [Prisma.sql`at >= ${from}`]),
    ...(to === undefined ? [] : [Prisma.sql`at < ${to}`]),
    ...(actor === undefined
      ? []
      : [
          Prisma.sql`(actor::text like ${like(`"id":${JSON.stringify(actor)}`)} or actor::text like ${like(`"name":${JSON.stringify(actor)}`)})`,
        ]),
    ...(text === undefined
      ? []
      : [
          Prisma.sql`(actor::text ilike ${like(inJson(text))} or detail::text ilike ${like(inJson(text))} or stream ilike ${like(text)})`,
        ]),
    ...(after === null
      ? []
      : [Prisma.sql`(at, stream, seq) < (${after.at}::timestamptz, ${after.stream}, ${after.seq})`]),
  ];
  return Prisma.sql`select ${eventColumns} from audit_event where ${Prisma.join(conditions, " and ")}
    order by audit_event.at desc, audit_event.stream desc, audit_event.seq desc limit ${limit}`;
}
