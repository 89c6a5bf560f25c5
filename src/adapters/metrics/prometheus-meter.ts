import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Clock } from "../../application/ports/runtime.ts";
import type { Meter } from "../../application/ports/meter.ts";

/** A transaction takes milliseconds; a token waits longer only while Postgres is away, and is handed back after 300 s. */
const storeWaitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 20, 60, 300];
/** 0 and less came too late; 10 s is the shortest useful HeartbeatSeconds, a minute the usual one, an hour a long one. */
const slackBuckets = [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600];
/** A person who approves looks for seconds; the longest wait between two attempts is a minute. */
const latencyBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/** Counts in `registry`, in units of Prometheus: seconds, and names that end in `_total`. Labels come from configuration or our own words. */
export function createPrometheusMeter(registry: Registry, clock: Clock): Meter {
  return {
    ...taskMeter(registry),
    ...beatMeter(registry),
    ...answerMeter(registry),
    ...callMeter(registry, clock),
  };
}

function taskMeter(registry: Registry): Pick<Meter, "pollEnded" | "tokensStored" | "tokenNotStored"> {
  const registers = [registry];
  const polls = new Counter({
    name: "countersign_polls_total",
    help: "Long polls that ended, by activity and by how",
    labelNames: ["activity", "outcome"],
    registers,
  });
  const stored = new Counter({
    name: "countersign_tokens_stored_total",
    help: "Task tokens whose row is committed",
    registers,
  });
  const storeWait = new Histogram({
    name: "countersign_token_store_wait_seconds",
    help: "How long a token had waited for its row",
    buckets: storeWaitBuckets,
    registers,
  });
  const notStored = new Counter({
    name: "countersign_tokens_not_stored_total",
    help: "Task tokens that got no row: given back to Step Functions, or lost",
    labelNames: ["end"],
    registers,
  });
  // A series that is not there yet cannot be watched for its first rise.
  for (const end of ["given_back", "lost"]) notStored.inc({ end }, 0);
  return {
    pollEnded: (activity, outcome) => polls.inc({ activity, outcome }),
    tokensStored(count, heldMs) {
      stored.inc(count);
      storeWait.observe(secondsOf(heldMs));
    },
    tokenNotStored: (end) => notStored.inc({ end }),
  };
}

/** Between the clocks of two machines, or around one that is set back, less than nothing may have passed: no sum may fall. */
function secondsOf(ms: number): number {
  return Math.max(0, ms) / 1000;
}

function beatMeter(registry: Registry): Pick<Meter, "beatSent" | "beatsAtRisk"> {
  const registers = [registry];
  const beats = new Counter({
    name: "countersign_heartbeats_total",
    help: "Heartbeats sent, by what came of them",
    labelNames: ["outcome"],
    registers,
  });
  const slack = new Histogram({
    name: "countersign_heartbeat_slack_seconds",
    help: "What was left of HeartbeatSeconds when a heartbeat was sent; of states that declare it",
    buckets: slackBuckets,
    registers,
  });
  const atRisk = new Gauge({
    name: "countersign_heartbeats_at_risk",
    help: "Approvals that cannot all be kept alive within the fleet's budget of calls",
    registers,
  });
  for (const outcome of ["alive", "closed", "failed"]) beats.inc({ outcome }, 0);
  return {
    beatSent(outcome, slackSeconds) {
      beats.inc({ outcome });
      if (slackSeconds !== null) slack.observe(slackSeconds);
    },
    beatsAtRisk: (count) => atRisk.set(count),
  };
}

function answerMeter(registry: Registry): Pick<Meter, "answerSettled" | "answerPostponed"> {
  const registers = [registry];
  const settled = new Counter({
    name: "countersign_answers_settled_total",
    help: "Answers that are final, by what became of them",
    labelNames: ["delivery"],
    registers,
  });
  const latency = new Histogram({
    name: "countersign_answer_latency_seconds",
    help: "From a decision to its settled answer",
    buckets: latencyBuckets,
    registers,
  });
  const postponed = new Counter({
    name: "countersign_answers_postponed_total",
    help: "Attempts to deliver an answer that are followed by another one",
    registers,
  });
  for (const delivery of ["accepted", "too_late", "uncertain"]) settled.inc({ delivery }, 0);
  return {
    answerSettled(delivery, latencyMs) {
      settled.inc({ delivery });
      latency.observe(secondsOf(latencyMs));
    },
    answerPostponed: () => postponed.inc(),
  };
}

function callMeter(registry: Registry, clock: Clock): Pick<Meter, "called" | "reconciled"> {
  const calls = new Counter({
    name: "countersign_step_functions_calls_total",
    help: "Calls of Step Functions as its quotas count them (each attempt), by API operation and outcome",
    labelNames: ["operation", "outcome"],
    registers: [registry],
  });
  let lastLagMs = 0;
  let reconciledMs: number | null = null;
  new Gauge({
    name: "countersign_reconciler_lag_seconds",
    help: "Between the reconciler's last two rounds, or since the last one if that is longer; only where one runs",
    registers: [registry],
    collect() {
      // A Gauge without labels begins with 0, which would say that all is well.
      this.remove();
      if (reconciledMs === null) return;
      this.set(Math.max(lastLagMs, clock.monotonicMs() - reconciledMs) / 1000);
    },
  });
  return {
    called: (operation, outcome) => calls.inc({ operation, outcome }),
    reconciled(lagMs) {
      lastLagMs = lagMs ?? 0;
      reconciledMs = lagMs === null ? null : clock.monotonicMs();
    },
  };
}
