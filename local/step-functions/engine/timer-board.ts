import type { Clock, Timer } from "../clock.ts";

/** The clock's timers that executions have asked for, by execution and name. */
export interface TimerBoard {
  /** Replaces a timer of the same name. `at` is in epoch milliseconds. */
  set(executionArn: string, timer: string, at: number): void;
  cancel(executionArn: string, timer: string): void;
  /** The execution is over. */
  cancelAll(executionArn: string): void;
  /** Nothing is over, but nothing fires any more. */
  close(): void;
}

export function timerBoard(clock: Clock, fired: (executionArn: string, timer: string) => void): TimerBoard {
  const timers = new Map<string, Map<string, Timer>>();
  const cancelEach = (own: Map<string, Timer> | undefined) => {
    for (const timer of own?.values() ?? []) timer.cancel();
  };
  return {
    set(executionArn, timer, at) {
      const own = timers.get(executionArn) ?? new Map<string, Timer>();
      timers.set(executionArn, own);
      own.get(timer)?.cancel();
      const fire = () => {
        own.delete(timer);
        fired(executionArn, timer);
      };
      own.set(timer, clock.setTimer(at, fire));
    },
    cancel(executionArn, timer) {
      timers.get(executionArn)?.get(timer)?.cancel();
      timers.get(executionArn)?.delete(timer);
    },
    cancelAll(executionArn) {
      cancelEach(timers.get(executionArn));
      timers.delete(executionArn);
    },
    close() {
      for (const own of timers.values()) cancelEach(own);
      timers.clear();
    },
  };
}
