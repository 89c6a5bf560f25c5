import type { ApprovalFilter, PageKey } from "../../application/ports/approvals.ts";
import type { Query } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { readApprovals, type ApprovalRow } from "./read-approvals.ts";
import { isVisibleSql } from "./visible.ts";

/** Approvals that match, newest first. The page is chosen before anything that belongs to it is read. */
export function listApprovals(
  query: Query,
  filter: ApprovalFilter,
  after: PageKey | null,
  limit: number,
): Promise<ApprovalRow[]> {
  return readApprovals(
    query,
    Prisma.sql`
      select * from approval where ${Prisma.join(conditionsOf(filter, after), " and ")}
      order by approval.received_at desc, approval.id desc limit ${limit}`,
  );
}

function conditionsOf(filter: ApprovalFilter, after: PageKey | null): Prisma.Sql[] {
  const { visibility, status, commit, repository, executionArn, stateName, activityArn, text } = filter;
  return [
    visibility == null ? Prisma.sql`true` : isVisibleSql(visibility),
    ...(status === undefined ? [] : [Prisma.sql`status = ${status}::approval_status`]),
    ...(commit === undefined ? [] : [Prisma.sql`commit = ${commit}`]),
    ...(repository === undefined ? [] : [Prisma.sql`repository = ${repository}`]),
    // What only an input claims to be its execution may be a lie, and would be decided in the other's place.
    ...(executionArn === undefined
      ? []
      : [Prisma.sql`execution_arn = ${executionArn} and execution_is_proven`]),
    ...(stateName === undefined ? [] : [Prisma.sql`state_name = ${stateName}`]),
    ...(activityArn === undefined ? [] : [Prisma.sql`activity_arn = ${activityArn}`]),
    ...(text === undefined ? [] : [textMatches(text)]),
    ...(after === null
      ? []
      : [Prisma.sql`(received_at, id) < (${after.receivedAt}::timestamptz, ${after.id}::uuid)`]),
  ];
}

/**
 * What a person types is text, not a pattern. Postgres makes lower case of both sides: its rules for that are its own. Fewer than three
 * characters have no trigram, so that nothing but the order of the page helps to find them.
 */
function textMatches(text: string): Prisma.Sql {
  const literal = text.replace(/[\\%_]/g, "\\$&");
  return Prisma.sql`(search_text like lower(${`%${literal}%`}) or commit like ${`${literal.toLowerCase()}%`})`;
}
