import { SFNServiceException } from "@aws-sdk/client-sfn";
import { PollFailed } from "../../application/ports/step-functions.ts";
import { StepFunctionsUnavailable, StoreUnavailable } from "../../application/ports/unavailable.ts";

/** The name of AWS's error, or null for a fault on the way (socket, DNS, timeout, credentials). */
export function errorName(error: unknown): string | null {
  return error instanceof SFNServiceException ? error.name : null;
}

/** SendTask* on a task that was decided, timed out or whose execution ended: an answer, not a fault. */
export function isClosed(error: unknown): boolean {
  const name = errorName(error);
  // InvalidToken is none: it says that the token is foreign, as every token is to a wrong region or endpoint. Nothing may end for that.
  return name === "TaskTimedOut" || name === "TaskDoesNotExist";
}

/** Anything that another try, or a person with the right to mend it, may cure. */
export function unavailable(error: unknown): StepFunctionsUnavailable {
  const isForeign = errorName(error) === "InvalidToken";
  const hint = isForeign ? " (is this the account, region and endpoint that handed out the task?)" : "";
  return new StepFunctionsUnavailable(`Step Functions: ${textOf(error)}${hint}`, {
    cause: error,
    kind: isForeign || isForPeople(kindOf(error)) ? "refused" : "passing",
  });
}

/** Runs what asks Step Functions: its faults become StepFunctionsUnavailable, those of the store stay what they are. */
export async function outside<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof StoreUnavailable || error instanceof StepFunctionsUnavailable
      ? error
      : unavailable(error);
  }
}

/** What is wrong with an answer itself stays wrong; null: another try may do. */
export function refusalOf(error: unknown): string | null {
  const name = errorName(error);
  return name === "InvalidOutput" || name === "ValidationException" ? textOf(error) : null;
}

/** How a call that threw ended, for those who count. */
export function callOutcome(error: unknown): "closed" | "throttled" | "failed" {
  if (isClosed(error)) return "closed";
  return kindOf(error) === "throttled" ? "throttled" : "failed";
}

export function pollFailed(error: unknown): PollFailed {
  return new PollFailed(kindOf(error), textOf(error), { cause: error });
}

/** Rights and keys, which time does not mend. */
function isForPeople(kind: PollFailed["kind"]): boolean {
  return kind === "credentials" || kind === "kms";
}

function kindOf(error: unknown): PollFailed["kind"] {
  const name = errorName(error) ?? (error instanceof Error ? error.name : "");
  if (name === "ActivityWorkerLimitExceeded") return "worker_limit";
  if (name === "ActivityDoesNotExist" || name === "InvalidArn") return "no_activity";
  // Before credentials: KmsAccessDenied is about the key of the activity, and KmsThrottling about its quota.
  if (/^Kms(?!Throttl)/.test(name)) return "kms";
  if (/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/.test(name)) return "throttled";
  if (
    /ExpiredToken|UnrecognizedClient|InvalidSignature|AccessDenied|MissingAuthentication|Credentials/.test(
      name,
    )
  )
    return "credentials";
  return "network";
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a host of several addresses is an AggregateError without a text of its own.
  const message = error.message === "" && "code" in error ? String(error.code) : error.message;
  return error.name === "Error" ? message : `${error.name}: ${message}`;
}
