import type { FieldError } from "../../contract/problem.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import type { CheckEvent } from "../../domain/check.ts";
import type { Involved } from "../../domain/policy/policy.ts";
import type { PushPlace, SupersedeMode } from "../../domain/push-order.ts";
import type { PushEvent, PushKind } from "../../domain/trigger.ts";
import type { ChangedPolicy, OpenApproval } from "./policy-change.ts";

/** What intake needs of the outside world: a forge's way to sign and to speak, and a memory of deliveries. */

export type ForgeName = PushEvent["forge"];

/** Headers by their name in small letters. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Forge {
  /** False: the headers carry nothing that could be a signature, so the body need not be read. */
  mayBeSigned(headers: Headers): boolean;
  /** Checks the signature over the raw body against every secret, in a time that depends on their number alone. */
  isSigned(body: Uint8Array, headers: Headers, secrets: readonly string[]): boolean;
  /** What the forge sent, in our words. Throws DeliveryInvalid when it is not what the forge documents. */
  read(body: Uint8Array, headers: Headers): ForgeDelivery;
}

/** A push, a check of a commit, or neither: nobody here waits for this kind, and `ignoredBecause` says why. */
export interface ForgeDelivery {
  deliveryId: string;
  eventName: string;
  event: PushEvent | null;
  check: CheckEvent | null;
  ignoredBecause: string | null;
}

/** A signed delivery that is not what the forge documents. */
export class DeliveryInvalid extends Error {
  override name = "DeliveryInvalid";
  readonly errors: FieldError[];
  constructor(errors: FieldError[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join("; "));
    this.errors = errors;
  }
}

export interface WebhookDelivery {
  forge: string;
  deliveryId: string;
  event: string;
  bodyHash: Uint8Array;
  receivedAt: Date;
  outcome: string;
}

export interface ExecutionStart {
  id: string;
  stateMachineArn: string;
  name: string;
  /** JSON text. */
  input: string;
  /** Whose push asks for it. */
  repository: string | null;
}

/** What the signed webhooks told of a start, whatever its state machine makes of the input. */
export interface Origin {
  ref: string;
  involved: Involved;
  /** What has told of it so far. Undefined: from before this was kept. */
  toldBy?: readonly PushKind[];
}

/** What a delivery tells of a start that it does not ask for. */
export type ToldStart = Pick<ExecutionStart, "stateMachineArn" | "name"> & { origin: Origin };

/** A start as a delivery asks for it, with the place of its push among others of the same trigger and branch. */
export type AskedStart = ExecutionStart & { origin: Origin; order: PushOrder };

export interface PushOrder extends PushPlace {
  /** The same for all pushes of one trigger and branch. */
  lane: string;
  branch: string;
  /** The forge's page of the commit. */
  url: string | null;
  mode: SupersedeMode;
}

/** What the use case makes of what the store finds, within its transaction. */
export interface DeliveryJudge {
  eventOf(start: ExecutionStart): AuditEvent;
  /** What a pending approval becomes with what is known of its start now; null: it stays as it is. */
  completed(approval: OpenApproval, origin: Origin): ChangedPolicy | null;
}

export interface IntakeStore {
  findDelivery(
    forge: string,
    deliveryId: string,
  ): Promise<{ delivery: WebhookDelivery; starts: StartState[] } | null>;
  /**
   * Commits the delivery with the starts that it owes and an event for each, and the check that it tells of. Starts that an earlier
   * delivery already asked for are left out, but whoever is involved by this one is remembered with them and with their pending
   * approvals; so is what it tells of starts that it does not ask for (`told`), or of those that a later delivery will ask for. `known`:
   * the same delivery is recorded already, and nothing was written.
   */
  recordDelivery(
    delivery: WebhookDelivery,
    owed: { starts: readonly AskedStart[]; told: readonly ToldStart[]; check: CheckEvent | null },
    judge: DeliveryJudge,
  ): Promise<"recorded" | "known">;
  dueStarts(now: Date, limit: number): Promise<string[]>;
  claimStart(
    id: string,
    now: Date,
    leaseUntil: Date,
  ): Promise<(ExecutionStart & { earlierAttempts: number; askedAt: Date; lastError: string | null }) | null>;
  /** From now on the start owes a look at older approvals, if its trigger supersedes them. */
  started(id: string, executionArn: string): Promise<void>;
  /** Nothing is owed any more; the note says why. */
  refused(id: string, note: string): Promise<void>;
  postponeStart(id: string, until: Date, note: string): Promise<void>;
}

export interface StartState {
  stateMachineArn: string;
  name: string;
  executionArn: string | null;
  note: string | null;
}
