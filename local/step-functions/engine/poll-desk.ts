import type { Clock, Timer } from "../clock.ts";
import { tooManyPollers } from "./aws-error.ts";

/** How long AWS holds a poll that finds nothing. */
const pollMs = 60_000;
/** Open polls per activity: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
const pollLimit = 1_000;

export interface HandOut {
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

interface Poller {
  readonly workerName: string | undefined;
  readonly settle: (task: HandOut | undefined) => void;
  /** Its connection has dropped, and it stands in the line all the same: what it is given is lost. */
  readonly dead: () => boolean;
}

/** The workers that wait at each activity, in the order in which they came. */
export interface PollDesk {
  /**
   * Resolves with a task, or with undefined after 60 s. A poll whose signal aborts (the connection dropped) keeps its place until then, as
   * on AWS, where a dropped connection goes unnoticed.
   */
  wait(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<HandOut | undefined>;
  /** Gives tasks from `take` to those who wait, until there are no more of either. */
  serve(activityArn: string, take: (workerName: string | undefined) => HandOut | undefined): void;
  /** How many wait and can still be answered. */
  count(activityArn: string): number;
  /** Ends all waits with nothing, and those that come later too. */
  release(): void;
}

export function pollDesk(clock: Clock): PollDesk {
  const waiting = new Map<string, Set<Poller>>();
  const at = (arn: string) => waiting.get(arn) ?? new Set<Poller>();
  let released = false;
  return {
    wait(activityArn, workerName, signal) {
      if (released) return Promise.resolve(undefined);
      const pollers = at(activityArn);
      if (pollers.size >= pollLimit) throw tooManyPollers(activityArn);
      waiting.set(activityArn, pollers);
      return new Promise((resolve) => {
        let timer: Timer | undefined = undefined;
        const poller: Poller = {
          workerName,
          settle(task) {
            pollers.delete(poller);
            timer?.cancel();
            resolve(task);
          },
          dead: () => signal.aborted,
        };
        pollers.add(poller);
        timer = clock.setTimer(clock.now() + pollMs, () => poller.settle(undefined));
      });
    },
    serve(activityArn, take) {
      for (const poller of at(activityArn)) {
        const task = take(poller.workerName);
        if (task === undefined) return;
        poller.settle(task);
      }
    },
    count: (activityArn) => [...at(activityArn)].filter(({ dead }) => !dead()).length,
    release() {
      released = true;
      for (const pollers of waiting.values()) for (const poller of pollers) poller.settle(undefined);
    },
  };
}
