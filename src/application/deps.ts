import type { RejectMode } from "../domain/answer.ts";
import type { Chaining } from "../domain/audit-chain.ts";
import type { PolicyPart } from "../domain/policy/policy.ts";
import type { IntakeStore } from "./ports/intake.ts";
import type { AuditTrail } from "./ports/audit.ts";
import type { AnswerStore } from "./ports/answers.ts";
import type { ApiTokenStore } from "./ports/api-tokens.ts";
import type { ApprovalStore } from "./ports/approvals.ts";
import type { CheckStore } from "./ports/checks.ts";
import type { Bell } from "./ports/queue.ts";
import type { FailureCounts } from "./ports/failures.ts";
import type { Forms } from "./ports/forms.ts";
import type { GateStore } from "./ports/gates.ts";
import type { Passwords } from "./ports/passwords.ts";
import type { PeopleStore } from "./ports/people-store.ts";
import type { PeopleDirectory } from "./ports/people-directory.ts";
import type { Meter } from "./ports/meter.ts";
import type { SupersedeStore } from "./ports/supersede.ts";
import type { Signer } from "./ports/signer.ts";
import type { Tracer } from "./ports/tracer.ts";
import type { Clock, Log } from "./ports/runtime.ts";
import type { HeartbeatStore } from "./ports/heartbeats.ts";
import type { IdentifyStore } from "./ports/identify.ts";
import type { Leadership, ReconcileStore, Survey } from "./ports/reconcile.ts";
import type { StepFunctions, TaskSource } from "./ports/step-functions.ts";

/** Chance as a parameter, so that a test can take it away. */
export interface Entropy {
  uuid(): string;
  /** In [0, 1). */
  fraction(): number;
}

/** What countersign.yaml says of one activity, its name resolved to an ARN. */
export interface ActivitySettings {
  arn: string;
  pollers: { min: number; max: number };
  reject: RejectMode;
  heartbeatSeconds: number | null;
}

/** Everything a use case may need; each takes the part it uses (`Pick<Deps, …>`). Made in compose.ts. */
export interface Deps {
  clock: Clock;
  entropy: Entropy;
  log: Log;
  approvals: ApprovalStore;
  identify: IdentifyStore;
  heartbeats: HeartbeatStore;
  answers: AnswerStore;
  intake: IntakeStore;
  supersede: SupersedeStore;
  checks: CheckStore;
  tokens: ApiTokenStore;
  forms: Forms;
  failures: FailureCounts;
  reconcile: ReconcileStore;
  survey: Survey;
  leadership: Leadership;
  gates: GateStore;
  /** State machines that triggers start, without version or alias. */
  triggeredMachines: readonly string[];
  stepFunctions: StepFunctions;
  taskSource: TaskSource;
  bell: Bell;
  meter: Meter;
  tracer: Tracer;
  signer: Signer;
  audit: AuditTrail;
  directory: PeopleDirectory;
  /** Those of countersign.yaml. */
  policies: readonly PolicyPart[];
  /** Canonical JSON and its digest. */
  chaining: Chaining;
  peopleStore: PeopleStore;
  passwords: Passwords;
  activities: ReadonlyMap<string, ActivitySettings>;
  /** Polls that one process may hold open, over all activities. */
  maxPollers: number;
}
