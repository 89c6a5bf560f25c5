import type { Deps } from "../src/application/deps.ts";
import { backOffMs } from "../src/domain/back-off.ts";

export interface Loop {
  /** Lets the turn under way finish and starts no other. */
  close(): Promise<void>;
}

/**
 * Runs `turn` again and again; it returns how many milliseconds to wait before the next one. A turn that fails is logged and backs
 * off with jitter: a loop earns its next turn and never dies.
 */
export function startLoop(
  deps: Pick<Deps, "clock" | "entropy" | "log">,
  name: string,
  turn: () => Promise<number>,
): Loop {
  const stop = new AbortController();
  const run = async () => {
    let failures = 0;
    while (!stop.signal.aborted) {
      let waitMs: number;
      try {
        waitMs = await turn();
        failures = 0;
      } catch (error) {
        waitMs = backOffMs(failures, deps.entropy.fraction(), { firstMs: 500, maxMs: 10_000 });
        failures += 1;
        deps.log.warn({ err: error, loop: name, waitMs }, "a turn failed; trying again");
      }
      await deps.clock.sleep(waitMs, stop.signal);
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
