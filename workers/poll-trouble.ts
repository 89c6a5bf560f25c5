import type { ActivitySettings, Deps } from "../src/application/deps.ts";
import type { PollFailed } from "../src/application/ports/step-functions.ts";

type Kind = PollFailed["kind"];

/** What pollers of one activity do about each way in which a poll fails, and what the log says of it. */
interface Manner {
  /** First and longest waits after failures in a row. */
  firstMs: number;
  maxMs: number;
  /** Pollers that stay: `one` looks whether a person has mended it, more would only fail with it. */
  stay: "all" | "min" | "one";
  /** So long no poller is added, however much there is to take. */
  noMoreForMs: number;
  level: "warn" | "error";
  message: string;
}

const manners: Record<Kind, Manner> = {
  throttled: {
    firstMs: 1_000,
    maxMs: 30_000,
    stay: "all",
    noMoreForMs: 30_000,
    level: "warn",
    message:
      "Step Functions throttles polls: polling more slowly. Fewer pollers, or a higher quota of GetActivityTask, help",
  },
  worker_limit: {
    firstMs: 5_000,
    maxMs: 60_000,
    stay: "min",
    noMoreForMs: 60_000,
    level: "warn",
    message:
      "Step Functions allows no more polls of this activity (1,000 over all processes): going on with fewer. Lower pollers.max",
  },
  no_activity: {
    firstMs: 5_000,
    maxMs: 60_000,
    stay: "one",
    noMoreForMs: 0,
    level: "error",
    message:
      "this activity does not exist: create it, or take it out of countersign.yaml. One poller goes on looking",
  },
  credentials: {
    firstMs: 5_000,
    maxMs: 60_000,
    stay: "one",
    noMoreForMs: 0,
    level: "error",
    message:
      "Step Functions refuses our credentials (are they expired, or without the right states:GetActivityTask?). One poller goes on trying",
  },
  network: {
    firstMs: 500,
    maxMs: 30_000,
    stay: "all",
    noMoreForMs: 0,
    level: "warn",
    message: "polls fail; polling again, ever more seldom",
  },
};

/** The trouble that the pollers of one activity have together: said once when it begins or changes, and once when it is over. */
export interface PollTrouble {
  /** Takes notice of a failure, and tells how to behave. */
  failed(kind: Kind, error: unknown): Manner;
  worked(): void;
  /** Whether pollers may be added. */
  mayGrow(): boolean;
  /** How many pollers are the fewest now. */
  fewest(): number;
}

export function createPollTrouble(
  { clock, log }: Pick<Deps, "clock" | "log">,
  { arn: activityArn, pollers }: ActivitySettings,
): PollTrouble {
  let current: { kind: Kind; since: number; failures: number } | null = null;
  let noMoreUntil = 0;
  const now = () => clock.now().getTime();
  return {
    failed(kind, error) {
      const manner = manners[kind];
      if (current?.kind !== kind) {
        current = { kind, since: now(), failures: 0 };
        log[manner.level]({ err: error, activityArn, kind }, manner.message);
      }
      current.failures += 1;
      noMoreUntil = Math.max(noMoreUntil, now() + manner.noMoreForMs);
      return manner;
    },
    worked() {
      if (current === null) return;
      const { kind, since, failures } = current;
      log.info({ activityArn, kind, failures, forMs: now() - since }, "polls work again");
      current = null;
    },
    mayGrow: () => now() >= noMoreUntil,
    fewest: () => (current !== null && manners[current.kind].stay === "one" ? 1 : pollers.min),
  };
}
