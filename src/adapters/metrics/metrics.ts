import { setTimeout as delay } from "node:timers/promises";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Meter } from "../../application/ports/meter.ts";
import type { Clock } from "../../application/ports/runtime.ts";
import type { WorkCounts } from "../postgres/work-counts.ts";
import { createPrometheusMeter } from "./prometheus-meter.ts";

/** Activity ARN → state of a poller → how many. */
export type PollerCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What is asked when somebody scrapes. A source that fails or takes too long leaves its gauges out of that scrape. */
export interface GaugeSources {
  work: () => Promise<WorkCounts>;
  queueJobs: () => Promise<number>;
  /** Part of the process → whether it works. */
  parts: () => Promise<Readonly<Record<string, { ready: boolean }>>>;
}

export interface Metrics {
  meter: Meter;
  /** This process polls. */
  watchPollers(counts: () => PollerCounts): void;
  /** Prometheus' text format. */
  text(): Promise<{ contentType: string; text: string }>;
}

/** Prometheus gives a scrape ten seconds by default; what does not answer within this is not waited for. */
const sourceTimeoutMs = 2_500;

/** The meter of one process and what `GET /metrics` says of it. */
export function createMetrics(clock: Clock, sources: GaugeSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const meter = createPrometheusMeter(registry, clock);
  const setWork = workGauges(registry);
  const setQueueJobs = plainGauge(registry, {
    name: "countersign_queue_jobs",
    help: "Jobs that wait in the queue or are being worked on, of the whole fleet",
  });
  const setParts = partGauge(registry);
  const setPollers = pollerGauges(registry);
  let pollers: (() => PollerCounts) | null = null;
  return {
    meter,
    watchPollers(counts) {
      pollers = counts;
    },
    async text() {
      await Promise.all([
        ask(sources.work).then(setWork),
        ask(sources.queueJobs).then(setQueueJobs),
        ask(sources.parts).then(setParts),
      ]);
      setPollers(pollers?.() ?? {});
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function ask<T>(source: () => Promise<T>): Promise<T | null> {
  const answer = Promise.resolve()
    .then(source)
    .catch(() => null);
  return Promise.race([answer, delay(sourceTimeoutMs, null, { ref: false })]);
}

/** Null: not known now, and then no number is the honest one. */
function plainGauge(registry: Registry, what: { name: string; help: string }) {
  const gauge = new Gauge({ ...what, registers: [registry] });
  return (value: number | null) => (value === null ? gauge.remove() : gauge.set(value));
}

function workGauges(registry: Registry): (counts: WorkCounts | null) => void {
  const gauge = (name: string, help: string) => plainGauge(registry, { name, help });
  const pending = gauge("countersign_approvals_pending", "Approvals that wait for a decision");
  const oldestPending = gauge(
    "countersign_approvals_oldest_pending_seconds",
    "Age of the oldest pending approval",
  );
  const owed = gauge("countersign_answers_owed", "Decisions whose answer is not settled");
  const oldestOwed = gauge(
    "countersign_answers_oldest_owed_seconds",
    "Age of the oldest decision whose answer is not settled",
  );
  const gates = gauge("countersign_unclaimed_gates", "Tasks of running executions that no poll has taken");
  const due = gauge("countersign_heartbeats_due", "Heartbeats that should have been sent by now");
  const labelNames = ["budget"];
  const registers = [registry];
  const available = new Gauge({
    name: "countersign_call_budget_available",
    help: "Calls that the whole fleet may make at once now, by budget",
    labelNames,
    registers,
  });
  const refill = new Gauge({
    name: "countersign_call_budget_per_second",
    help: "Calls that the whole fleet may make in a second, by budget",
    labelNames,
    registers,
  });
  return (counts) => {
    pending(counts === null ? null : counts.pending);
    oldestPending(counts === null ? null : counts.oldestPendingMs / 1000);
    owed(counts === null ? null : counts.answersOwed);
    oldestOwed(counts === null ? null : counts.oldestOwedMs / 1000);
    due(counts === null ? null : counts.beatsDue);
    gates(counts === null ? null : counts.unclaimedGates);
    available.reset();
    for (const budget of counts?.budgets ?? []) {
      available.set({ budget: budget.name }, budget.available);
      refill.set({ budget: budget.name }, budget.perSecond);
    }
  };
}

function partGauge(registry: Registry) {
  const gauge = new Gauge({
    name: "countersign_part_ready",
    help: "1: this part of the process works, 0: it does not; /readyz says why",
    labelNames: ["part"],
    registers: [registry],
  });
  return (parts: Readonly<Record<string, { ready: boolean }>> | null) => {
    gauge.reset();
    for (const [part, { ready }] of Object.entries(parts ?? {})) gauge.set({ part }, ready ? 1 : 0);
  };
}

function pollerGauges(registry: Registry): (counts: PollerCounts) => void {
  const pollers = new Gauge({
    name: "countersign_pollers",
    help: "Long pollers of this process by activity and state",
    labelNames: ["activity", "state"],
    registers: [registry],
  });
  const open = new Gauge({
    name: "countersign_polls_open",
    help: "Long polls that this process has open, by activity",
    labelNames: ["activity"],
    registers: [registry],
  });
  return (counts) => {
    pollers.reset();
    open.reset();
    for (const [activity, states] of Object.entries(counts)) {
      for (const [state, count] of Object.entries(states)) pollers.set({ activity, state }, count);
      open.set({ activity }, (states["polling"] ?? 0) + (states["stopping"] ?? 0));
    }
  };
}
