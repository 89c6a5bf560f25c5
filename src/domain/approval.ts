import type { ActorRef, PersonCaller } from "./actor.ts";
import type { Involved, Policy } from "./policy/policy.ts";

export type Verdict = "approve" | "reject";
export type LapsedReason = "timed_out" | "heartbeat_expired" | "execution_stopped" | "superseded" | "unknown";

/** How far an answer is. `accepted`, `too_late` and `uncertain` are final. */
export type Delivery = "recorded" | "sent" | "accepted" | "too_late" | "uncertain";

/** What is asked: all that people see of a task. Times are instants, timeouts whole seconds. */
export interface Subject {
  activityArn: string;
  executionArn: string | null;
  executionName: string | null;
  stateMachineArn: string | null;
  stateName: string | null;
  stateEnteredAt: Date | null;
  retryCount: number | null;
  redriveCount: number | null;
  /** The item of the innermost Map around the state. */
  mapIndex: number | null;
  repository: string | null;
  commit: string | null;
  ref: string | null;
  title: string;
  description: string | null;
  requestedBy: string | null;
  /** Who had a hand in it, as the input tells and as our own record of the execution's start does. */
  involved: Involved;
  links: readonly Link[];
  /** The task's input, verbatim JSON text. */
  input: string;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
}

export interface Link {
  title: string;
  url: string;
}

/** By which way somebody voted: a person in the page, a person in a chat, or a bot. */
export type VoteClass = "page" | "chat" | "bot";

/** Whoever gave a vote, as they are now. */
export interface VoterNow {
  /** The person who gave it, or who was shown the secret of the bot that did; null: nobody who is known. */
  person: (Pick<PersonCaller, "role" | "teams" | "email" | "identities"> & { isActive: boolean }) | null;
  /** The token of the bot that gave it is revoked, or gone. */
  isRevoked: boolean;
}

export interface Vote {
  actor: ActorRef;
  class: VoteClass;
  /** The id of the person who knows the secret of the bot that voted: the two count as one. */
  heldBy?: string | null;
  /** The teams of the person at that time. */
  teams: readonly string[];
  verdict: Verdict;
  comment: string | null;
  /** The policy's form filled in, as JSON text. */
  form: string | null;
  /** For the state machine, as JSON text. */
  output: string | null;
  /** Why an administrator decided alone; null: an ordinary vote. */
  breakGlassReason: string | null;
  at: Date;
  /** The same actor voted again later: this vote is history and counts no more. */
  replaced: boolean;
  /** Left out: it is just given, or of an approval that is closed. */
  now?: VoterNow;
}

export interface Decision {
  id: string;
  verdict: Verdict;
  decidedAt: Date;
  decidedBy: readonly ActorRef[];
  comment: string | null;
  /** Why an administrator decided alone, against or without the policy; null: the policy was satisfied. */
  breakGlassReason: string | null;
}

/** The answer's side of a decision. `note` says in words why it is late or failed. */
export interface DeliveryState {
  state: Delivery;
  attempts: number;
  note: string | null;
  sentAt: Date | null;
  settledAt: Date | null;
}

interface Common {
  id: string;
  version: number;
  /** Which try of the same step this is, from 1: a retry or a redrive asks anew. */
  attempt: number;
  /** The approval of the try before this one. */
  previousId: string | null;
  /** The approval of the try that took this one's place. */
  supersededById: string | null;
  /** A newer push of the same trigger and branch has started its execution, and the trigger only wants that shown. */
  newerCommit: { commit: string; url: string | null } | null;
  subject: Subject;
  /** Under which it was opened. */
  policy: Policy;
  /** SHA-256 of the policy's canonical JSON, in hex; null: opened before there were policies. */
  policyDigest: string | null;
  /** When time alone changes something next under the policy; null: never, or not before a vote. */
  policyDueAt: Date | null;
  /** Unique per poll: the name under which history shows who took the task. */
  workerName: string;
  /** History showed that this execution handed out the task; before that, execution and state are what the input says. */
  executionIsProven: boolean;
  receivedAt: Date;
  lastBeatAt: Date | null;
  votes: readonly Vote[];
}

export type PendingApproval = Common & { status: "pending" };
export type DecidedApproval = Common & {
  status: "approved" | "rejected";
  decision: Decision;
  delivery: DeliveryState;
};
export type LapsedApproval = Common & { status: "lapsed"; reason: LapsedReason; lapsedAt: Date };

/** Our record of a task. Illegal states do not compile. */
export type Approval = PendingApproval | DecidedApproval | LapsedApproval;

/** When Step Functions stops waiting by itself: TimeoutSeconds run from the hand-out of the token (ActivityStarted). */
export function deadlineOf(approval: Pick<Approval, "subject" | "receivedAt">): Date | null {
  const { timeoutSeconds } = approval.subject;
  if (timeoutSeconds === null) return null;
  return new Date(approval.receivedAt.getTime() + timeoutSeconds * 1000);
}
