import type { Clock, Log } from "../../application/ports/runtime.ts";
import { machineOf } from "./arns.ts";
import { errorName } from "./errors.ts";

/** What only a person can mend is no news each second. */
const againAfterMs = 3_600_000;
/** So many things that are told at most; more would be one fault told in other words. */
const toldMax = 1_000;

/** What our role may not read: one state machine, execution or key that is not ours to see must not hide the others. */
export interface Forbidden {
  /**
   * True: `operation` on the state machine or execution `arn` failed because rights or the KMS key are missing, which no other try
   * mends. It is told in the log, with AWS's own words, once an hour for each state machine.
   */
  skip(error: unknown, operation: string, arn: string): boolean;
}

/** Rights, or the KMS key that encrypts a state machine's data. */
export function isForbidden(error: unknown): boolean {
  return /^(AccessDenied|KmsAccessDenied|KmsInvalidState)/.test(errorName(error) ?? "");
}

export function createForbidden({ clock, log }: { clock: Pick<Clock, "monotonicMs">; log: Log }): Forbidden {
  const toldAtMs = new Map<string, number>();
  return {
    skip(error, operation, arn) {
      if (!isForbidden(error)) return false;
      const stateMachineArn = machineOf(arn);
      const key = `${operation} ${stateMachineArn}`;
      const nowMs = clock.monotonicMs();
      if (nowMs - (toldAtMs.get(key) ?? -Infinity) < againAfterMs || toldAtMs.size > toldMax) return true;
      toldAtMs.set(key, nowMs);
      log.warn(
        { err: error, operation, stateMachineArn },
        "Step Functions does not let us read this; what depends on it is left out. docs/aws.md lists the rights that are needed",
      );
      return true;
    },
  };
}
