import type { Clock, Timer } from "../clock.ts";

/** Those who wait for a message to be in a queue. */
export interface MessageDesk {
  /** Resolves when one may be there, or at `until`; with false if nobody is to wait any more. */
  wait(queue: string, until: number, signal: AbortSignal): Promise<boolean>;
  /** A message is there. */
  notify(queue: string): void;
  /** Ends all waits, and those that come later too. */
  release(): void;
}

export function messageDesk(clock: Clock): MessageDesk {
  const waiting = new Map<string, Set<(goOn: boolean) => void>>();
  let released = false;
  return {
    wait(queue, until, signal) {
      if (released || signal.aborted) return Promise.resolve(false);
      const own = waiting.get(queue) ?? new Set();
      waiting.set(queue, own);
      return new Promise((resolve) => {
        let timer: Timer | undefined = undefined;
        const settle = (goOn: boolean) => {
          own.delete(settle);
          timer?.cancel();
          signal.removeEventListener("abort", giveUp);
          resolve(goOn);
        };
        const giveUp = () => settle(false);
        own.add(settle);
        timer = clock.setTimer(until, () => settle(true));
        signal.addEventListener("abort", giveUp);
      });
    },
    notify(queue) {
      for (const settle of waiting.get(queue) ?? []) settle(true);
    },
    release() {
      released = true;
      for (const own of waiting.values()) for (const settle of own) settle(false);
    },
  };
}
