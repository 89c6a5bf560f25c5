import type { ManualClock } from "../../local/step-functions/clock.ts";
import type { Clock } from "../../src/application/ports/runtime.ts";

/** The product's clock on the hands of the local endpoint's: both move together. Counts who sleeps. */
export interface MovedClock extends Clock {
  sleeping(): number;
}

export function movedClock(manual: ManualClock): MovedClock {
  let sleepers = 0;
  return {
    now: () => new Date(manual.now()),
    monotonicMs: () => manual.now(),
    sleeping: () => sleepers,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        sleepers += 1;
        const done = () => {
          sleepers -= 1;
          timer.cancel();
          signal?.removeEventListener("abort", done);
          resolve();
        };
        const timer = manual.setTimer(manual.now() + ms, done);
        signal?.addEventListener("abort", done, { once: true });
      }),
  };
}
