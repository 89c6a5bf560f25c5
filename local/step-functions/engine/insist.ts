import type { Clock, Timer } from "../clock.ts";

/** A fact could not be kept (the disk is full, say), so it did not happen. The same may succeed later. */
export class FactNotKept extends Error {
  override name = "FactNotKept";
}

/** Takes notice of what went wrong inside, where there is no caller to tell. */
export type Trouble = (message: string, fields: Record<string, unknown>) => void;

const againAfterMs = 1_000;

/**
 * Does what nobody calls for again, and does it again as long as its facts cannot be kept. Throws nothing: it is called by timers, and what
 * they throw ends the process.
 */
export interface Insist {
  (action: () => void): void;
  close(): void;
}

export function insistence(clock: Clock, trouble: Trouble): Insist {
  const waiting = new Set<Timer>();
  let closed = false;
  const insist = (action: () => void) => {
    if (closed) return;
    try {
      action();
    } catch (error) {
      if (!(error instanceof FactNotKept)) return trouble("what follows from an event failed", { error });
      const timer = clock.setTimer(clock.now() + againAfterMs, () => {
        waiting.delete(timer);
        insist(action);
      });
      waiting.add(timer);
    }
  };
  const close = () => {
    closed = true;
    for (const timer of waiting) timer.cancel();
  };
  return Object.assign(insist, { close });
}
