import type { ActorRef } from "./actor.ts";
import type { AuditFault } from "./audit-chain.ts";

/** What page and API show of who decided, beside what the trail tells of it. */
export interface ShownDecision {
  approvalId: string;
  status: string;
  repository: string | null;
  commit: string | null;
  activityArn: string;
  policyDigest: string | null;
  decision: Readonly<Record<"verdict" | "comment" | "breakGlassReason" | "decidedBy", unknown>> | null;
  votes: readonly ShownVote[];
  /** Of the types approval.voted and approval.decided, in their order. */
  told: readonly ToldStep[];
}

export interface ShownVote {
  id: string;
  actor: ActorRef;
  verdict: string;
  comment: string | null;
  class: string;
  form: string | null;
}

export interface ToldStep {
  seq: number;
  type: string;
  actor: ActorRef;
  detail: Readonly<Record<string, unknown>>;
}

const statusOf: Readonly<Record<string, string>> = { approve: "approved", reject: "rejected" };

/** Each difference, with its field. Events from earlier versions tell less; what they do not tell is not compared. */
export function differencesOf(shown: ShownDecision): AuditFault[] {
  const stream = shown.approvalId;
  const decided = shown.told.findLast(({ type }) => type === "approval.decided");
  const ofVotes = voteDifferences(shown);
  if (decided === undefined)
    return shown.status === "approved" || shown.status === "rejected"
      ? [
          ...ofVotes,
          { stream, seq: 1, what: `has no decision, and the approval is shown as ${shown.status}` },
        ]
      : ofVotes;
  const { seq, detail } = decided;
  const fault = (what: string) => ({ stream, seq, what: `is shown otherwise: ${what}` });
  const { decision } = shown;
  if (decision === null) return [...ofVotes, fault("its decision is missing")];
  const ofApproval = ["repository", "commit", "activityArn", "policyDigest"] as const;
  const told = { breakGlassReason: null, ...detail };
  return [
    ...ofVotes,
    ...(shown.status === statusOf[String(detail["verdict"])] ? [] : [fault("status of the approval")]),
    ...ofApproval
      .filter((field) => field in detail && !isSame(detail[field], shown[field]))
      .map((field) => fault(`${field} of the approval`)),
    ...differingFields(told, decision).map((field) => fault(`${field} of the decision`)),
  ];
}

/** A vote that agrees with its event whole is paired first: an actor may have several, and times may be equal. */
function voteDifferences({ approvalId: stream, votes, told }: ShownDecision): AuditFault[] {
  const steps = told.filter(({ type }) => type === "approval.voted");
  const left = new Set(votes);
  const take = (fits: (vote: ShownVote) => boolean) => {
    const vote = [...left].find(fits);
    if (vote !== undefined) left.delete(vote);
    return vote;
  };
  const alone = steps.filter(
    (step) => take((vote) => differingFields(toldVote(step), vote).length === 0) === undefined,
  );
  const faults = alone.flatMap((step) => {
    const { seq, actor } = step;
    const vote = take((each) => each.actor.kind === actor.kind && each.actor.id === actor.id);
    const fields = vote === undefined ? [] : differingFields(toldVote(step), vote);
    const what =
      vote === undefined
        ? "its vote is missing, or is another actor's"
        : `${fields.join(", ")} of vote ${vote.id}`;
    return { stream, seq, what: `is shown otherwise: ${what}` };
  });
  for (const { id } of left)
    faults.push({ stream, seq: 1, what: `is of an approval that shows vote ${id}, of which no event tells` });
  return faults;
}

function toldVote({ actor, detail }: ToldStep): Readonly<Record<string, unknown>> {
  return { form: null, ...detail, actor };
}

function differingFields(told: Readonly<Record<string, unknown>>, shown: object): string[] {
  return Object.entries(shown)
    .filter(([field, value]) => field in told && !isSame(told[field], value))
    .map(([field]) => field);
}

/** Both are plain JSON; only the order of members may differ. */
export function isSame(told: unknown, shown: unknown): boolean {
  if (Array.isArray(told) && Array.isArray(shown))
    return told.length === shown.length && told.every((each, index) => isSame(each, shown[index]));
  if (typeof told === "object" && typeof shown === "object" && told !== null && shown !== null) {
    const [one, other] = [told, shown] as Record<string, unknown>[];
    return Object.keys({ ...one, ...other }).every((key) => isSame(one?.[key], other?.[key]));
  }
  // Postgres keeps neither U+0000 nor half a surrogate pair in a text.
  return typeof told === "string"
    ? told.toWellFormed().replaceAll("\u0000", "\uFFFD") === shown
    : told === shown;
}
