import type { Query } from "./database.ts";
import { Prisma } from "./generated/client.ts";
import { personColumns, type PersonRow } from "./person-columns.ts";

/** An approval with all that belongs to it but its token. */
export type ApprovalRow = Prisma.ApprovalGetPayload<object> & {
  /** Null: it needs no beat any more, or had none yet. */
  beatAt: Date | null;
  votes: (AsJson<Pick<Prisma.VoteGetPayload<object>, (typeof voteFields)[number]>> & {
    /** Null: the approval is closed. */
    now: { person: VoterRow | null; isRevoked: boolean } | null;
  })[];
  decision: AsJson<Pick<Prisma.DecisionGetPayload<object>, (typeof decisionFields)[number]>> | null;
  answer: AsJson<Pick<Prisma.AnswerGetPayload<object>, (typeof answerFields)[number]>> | null;
};

type VoterRow = PersonRow & { isActive: boolean };

/** In JSON, a time is text. */
type AsJson<T> = { [Key in keyof T]: T[Key] extends Date | null ? Exclude<T[Key], Date> | string : T[Key] };

/**
 * Those that `chosen` (a select of whole rows of `approval`) chooses, newest first. One statement: it takes a third of the time that
 * one statement per table takes, and nobody can change a decision between two of them.
 */
export function readApprovals(query: Query, chosen: Prisma.Sql): Promise<ApprovalRow[]> {
  return query<ApprovalRow>(Prisma.sql`
    select ${approvalColumns},
      (select last_beat_at from heartbeat where approval_id = approval.id) as "beatAt",
      coalesce((select json_agg(${vote} order by at) from vote where approval_id = approval.id), '[]') as votes,
      (select ${decision} from decision where approval_id = approval.id) as decision,
      (select ${answer} from answer where approval_id = approval.id) as answer
    from (${chosen}) as approval
    order by approval.received_at desc, approval.id desc`);
}

const voteFields = [
  "actorKind",
  "actorId",
  "actorName",
  "class",
  "heldBy",
  "teams",
  "verdict",
  "comment",
  "form",
  "output",
  "breakGlassReason",
  "replaced",
  "at",
] as const satisfies Prisma.VoteScalarFieldEnum[];
const decisionFields = [
  "id",
  "verdict",
  "decidedAt",
  "decidedBy",
  "comment",
  "breakGlassReason",
] as const satisfies Prisma.DecisionScalarFieldEnum[];
const answerFields = [
  "delivery",
  "attempts",
  "lastError",
  "sentAt",
  "settledAt",
] as const satisfies Prisma.AnswerScalarFieldEnum[];

const approvalColumns = Prisma.raw(
  Object.values(Prisma.ApprovalScalarFieldEnum)
    .map((field) => `${columnOf("approval", field)} as "${field}"`)
    .join(", "),
);
/** Whoever gave a vote that may still be counted, as they are now: it is judged anew each time. What is closed costs nothing. */
const voterNow = Prisma.sql`case when approval.status = 'pending' then json_build_object(
  'person', (
    select row_to_json(voter) from (
      select ${personColumns}, person.deactivated_at is null as "isActive" from "user" as person
      where person.id = case when vote.actor_kind = 'person' then vote.actor_id else vote.held_by end) as voter),
  'isRevoked', vote.actor_kind = 'bot' and not exists (
    select from api_token where api_token.id::text = vote.actor_id and revoked_at is null)) end`;
const vote = objectOf("vote", voteFields, Prisma.sql`, 'now', ${voterNow}`);
const decision = objectOf("decision", decisionFields);
const answer = objectOf("answer", answerFields);

/** A row of `table` as a JSON object, with the names that Prisma gives its columns, and what `more` adds. */
function objectOf(table: string, fields: readonly string[], more = Prisma.empty): Prisma.Sql {
  const pairs = fields.map((field) => `'${field}', ${columnOf(table, field)}`);
  return Prisma.sql`json_build_object(${Prisma.raw(pairs.join(", "))}${more})`;
}

/** The schema maps each name in one way. */
function columnOf(table: string, field: string): string {
  return `${table}.${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
