import type { ActorRef } from "./actor.ts";

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

export interface Vote {
  actor: ActorRef;
  verdict: Verdict;
  comment: string | null;
  at: Date;
}

export interface Decision {
  id: string;
  verdict: Verdict;
  decidedAt: Date;
  decidedBy: readonly ActorRef[];
  comment: string | null;
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
  subject: Subject;
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
export function deadlineOf(approval: Approval): Date | null {
  const { timeoutSeconds } = approval.subject;
  if (timeoutSeconds === null) return null;
  return new Date(approval.receivedAt.getTime() + timeoutSeconds * 1000);
}
