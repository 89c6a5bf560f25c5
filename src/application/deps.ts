import type { RejectMode } from "../domain/answer.ts";
import type { IntakeStore } from "./intake-ports.ts";
import type {
  AnswerStore,
  ApiTokenStore,
  ApprovalStore,
  Bell,
  Clock,
  HeartbeatStore,
  IdentifyStore,
  Log,
  StepFunctions,
  TaskSource,
} from "./ports.ts";

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
  tokens: ApiTokenStore;
  stepFunctions: StepFunctions;
  taskSource: TaskSource;
  bell: Bell;
  activities: ReadonlyMap<string, ActivitySettings>;
}
