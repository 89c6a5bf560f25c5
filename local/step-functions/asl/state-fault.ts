/**
 * A state failed. Error names starting with `States.` are reserved by the language
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export class StateFault extends Error {
  /** The error's name, absent when a worker gave none. */
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** Further names that `ErrorEquals` may use for it, e.g. States.HeartbeatTimeout for a States.Timeout. */
  readonly aliases: readonly string[];

  constructor(error: string | undefined, reason?: string, aliases: readonly string[] = []) {
    super(reason ?? error ?? "the state failed");
    this.error = error;
    this.reason = reason;
    this.aliases = aliases;
  }
}

/** As events and executions tell it: what is not there is left out. */
export function faultDetails({ error, reason }: StateFault): { error?: string; cause?: string } {
  return { ...(error === undefined ? {} : { error }), ...(reason === undefined ? {} : { cause: reason }) };
}

/** A fault whose text AWS begins with "An error occurred while executing the state …": the interpreter adds that head. */
export class RuntimeFault extends StateFault {}

/** A mistake in the definition or its data that only shows when it runs. No Retry and no Catch applies to it. */
export function runtimeFault(reason: string): RuntimeFault {
  return new RuntimeFault("States.Runtime", reason);
}

/** A JSONata expression failed, or what it came to is of no use. It gets an event of its own; Retry and Catch apply. */
export class EvaluationFault extends RuntimeFault {
  /** The field, e.g. `Output/result`; absent when no field was written. */
  readonly location: string | undefined;
  /** Whether evaluation itself failed, rather than the use of its value: AWS hangs the event before the state then. */
  readonly early: boolean;

  constructor(reason: string, location?: string, early = true) {
    super("States.QueryEvaluationError", reason);
    this.location = location;
    this.early = early;
  }
}
