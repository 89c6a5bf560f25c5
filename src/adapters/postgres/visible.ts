import { lowerAscii, type Visibility } from "../../domain/visibility.ts";
import { Prisma } from "./generated/client.ts";

/** A glob of ours as a pattern for LIKE. */
export function likeOf(glob: string): string {
  return glob.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
}

/**
 * Holds for the rows of `approval` that `visibility` lets through: src/domain/visibility.ts in SQL. An execution's name and state machine
 * name its start; the ARN that StartExecution returned may not be there yet.
 */
export function isVisibleSql(visibility: Visibility): Prisma.Sql {
  const { activityArns, repositories } = visibility;
  return Prisma.join(
    [
      Prisma.sql`true`,
      ...(activityArns === null ? [] : [activityMatches(activityArns, Prisma.sql`approval.activity_arn`)]),
      ...(repositories === null ? [] : [repositoryMatches(repositories)]),
    ],
    " and ",
  );
}

/** Holds where `column`, an activity's ARN, matches one of the patterns. */
export function activityMatches(patterns: readonly string[], column: Prisma.Sql): Prisma.Sql {
  const ofArns = patterns.filter((pattern) => pattern.includes(":")).map(likeOf);
  const ofNames = patterns.filter((pattern) => !pattern.includes(":")).map(likeOf);
  return Prisma.sql`(${column} like any(${ofArns}::text[]) or split_part(${column}, ':', -1) like any(${ofNames}::text[]))`;
}

/** A name without `*` is looked up in an index; a pattern is not, and an `or` of the two would not be either. */
function repositoryMatches(patterns: readonly string[]): Prisma.Sql {
  const lower = patterns.map(lowerAscii);
  const [globs, names] = [
    lower.filter((each) => each.includes("*")),
    lower.filter((each) => !each.includes("*")),
  ];
  // One name alone, as most have it: then its index gives the approvals in the order of the list.
  const among =
    globs.length > 0
      ? Prisma.sql`like any(${lower.map(likeOf)}::text[])`
      : names.length === 1
        ? Prisma.sql`= ${names[0]}`
        : Prisma.sql`= any(${names}::text[])`;
  const isOurs = (column: Prisma.Sql) => Prisma.sql`lower(${column} collate "C") ${among}`;
  return Prisma.sql`(approval.execution_is_proven and approval.repository is not null
    and ${isOurs(Prisma.sql`approval.repository`)}
    and not exists (
      select 1 from execution_start as start
      where start.name = approval.execution_name
        and (start.state_machine_arn = approval.state_machine_arn or starts_with(start.state_machine_arn, approval.state_machine_arn || ':'))
        and (${isOurs(Prisma.sql`start.repository`)}) is not true))`;
}
