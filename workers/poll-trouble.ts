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

/** Only a person can mend it. */
const forAPerson = { firstMs: 5_000, maxMs: 60_000, stay: "one", noMoreForMs: 0, level: "error" } as const;

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
    ...forAPerson,
    message:
      "this activity does not exist: create it, or take it out of countersign.yaml. One poller goes on looking",
  },
  credentials: {
    ...forAPerson,
    message:
      "Step Functions refuses our credentials (are they expired, or without the right states:GetActivityTask?). One poller goes on trying",
  },
  kms: {
    ...forAPerson,
    message:
      "Step Functions cannot use the KMS key of this activity for us (the error says why): give this process kms:Decrypt on that key, or mend the key. One poller goes on trying",
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

/** Trouble is over once no poll has failed for so long: while only some are throttled, others succeed all the time. */
const overAfterMs = 60_000;

/** The trouble that the pollers of one activity have together: each kind is said once when it begins, and once all of it is over. */
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
  /** Of the last poll that ended; null: it worked. */
  let latest: Kind | null = null;
  let said: { kinds: Set<Kind>; sinceMs: number; lastMs: number; failures: number } | null = null;
  let noMoreUntilMs = -Infinity;
  const nowMs = () => clock.monotonicMs();
  return {
    failed(kind, error) {
      const manner = manners[kind];
      latest = kind;
      said ??= { kinds: new Set(), sinceMs: nowMs(), lastMs: nowMs(), failures: 0 };
      if (!said.kinds.has(kind)) log[manner.level]({ err: error, activityArn, kind }, manner.message);
      said.kinds.add(kind);
      said.failures += 1;
      said.lastMs = nowMs();
      noMoreUntilMs = Math.max(noMoreUntilMs, nowMs() + manner.noMoreForMs);
      return manner;
    },
    worked() {
      latest = null;
      if (said === null || nowMs() - said.lastMs < overAfterMs) return;
      const { kinds, sinceMs, lastMs, failures } = said;
      log.info({ activityArn, kinds: [...kinds], failures, forMs: lastMs - sinceMs }, "polls work again");
      said = null;
    },
    mayGrow: () => nowMs() >= noMoreUntilMs,
    fewest: () => (latest !== null && manners[latest].stay === "one" ? 1 : pollers.min),
  };
}
