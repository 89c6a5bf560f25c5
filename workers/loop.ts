import type { Deps } from "../src/application/deps.ts";
import type { PartState } from "../src/application/ports/readiness.ts";
import { backOffMs } from "../src/domain/back-off.ts";

export interface Loop {
  /** Whether its turns come and succeed. */
  look(): PartState;
  /** Lets the turn under way finish and starts no other. */
  close(): Promise<void>;
}

/** One failed turn is a hiccup: the next one follows within a second. */
const toleratedFailures = 3;
/** Most turns end within seconds; the calls in them have deadlines of their own, of 15 s at most. */
const usualTurnMs = 60_000;

/**
 * Runs `turn` again and again; it returns how many milliseconds to wait before the next one. A turn that fails is logged and backs
 * off with jitter: a loop earns its next turn and never dies. `signal` aborts when the loop closes: a turn that waits ends its wait.
 */
export function startLoop(
  deps: Pick<Deps, "clock" | "entropy" | "log">,
  name: string,
  turn: (signal: AbortSignal) => Promise<number>,
  longestTurnMs = usualTurnMs,
): Loop {
  const stop = new AbortController();
  let failures = 0;
  let turnBeganMs: number | null = null;
  const run = async () => {
    while (!stop.signal.aborted) {
      let waitMs: number;
      turnBeganMs = deps.clock.monotonicMs();
      try {
        waitMs = await turn(stop.signal);
        failures = 0;
      } catch (error) {
        waitMs = backOffMs(failures, deps.entropy.fraction(), { firstMs: 500, maxMs: 10_000 });
        failures += 1;
        deps.log.warn({ err: error, loop: name, waitMs }, "a turn failed; trying again");
      }
      turnBeganMs = null;
      await deps.clock.sleep(waitMs, stop.signal);
    }
  };
  const running = run();
  const look = () => {
    const turnMs = turnBeganMs === null ? 0 : deps.clock.monotonicMs() - turnBeganMs;
    if (failures >= toleratedFailures)
      return { ready: false, needed: true, detail: `its last ${failures} turns failed` };
    if (turnMs > longestTurnMs)
      return { ready: false, needed: true, detail: `one turn takes ${Math.round(turnMs / 1000)} s by now` };
    return { ready: true, needed: true };
  };
  return {
    look,
    async close() {
      stop.abort();
      await running;
    },
  };
}
