import { describe, expect, it } from "vitest";
import supertest from "supertest";
import { systemClock } from "../../src/adapters/clock.ts";
import { createMetrics, type GaugeSources } from "../../src/adapters/metrics/metrics.ts";
import { ManualClock } from "../../local/step-functions/clock.ts";
import { movedClock } from "../support/moved-clock.ts";
import { startProduct } from "../support/product.ts";

const activity = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
const counts = {
  pending: 3,
  oldestPendingMs: 90_000,
  answersOwed: 1,
  oldestOwedMs: 2_500,
  beatsDue: 2,
  unclaimedGates: 3,
  budgets: [{ name: "heartbeats", available: 120, perSecond: 400 }],
};
const sources: GaugeSources = {
  work: async () => counts,
  queueJobs: async () => 7,
  parts: async () => ({ database: { ready: true }, queue: { ready: false } }),
};

describe("what Prometheus scrapes", () => {
  it("has sums that never fall, even where a clock was set back", async () => {
    const metrics = createMetrics(movedClock(new ManualClock(0)), sources);
    metrics.meter.tokensStored(1, -3_600_000);
    metrics.meter.answerSettled("accepted", -5_000);
    const { text } = await metrics.text();
    expect(text).toContain("countersign_token_store_wait_seconds_sum 0");
    expect(text).toContain("countersign_answer_latency_seconds_sum 0");
  });

  it("counts each thing that the meter is told, in seconds", async () => {
    const clock = movedClock(new ManualClock(0));
    const metrics = createMetrics(clock, sources);
    const { meter } = metrics;
    meter.pollEnded(activity, "task");
    meter.pollEnded(activity, "worker_limit");
    meter.tokensStored(5, 30);
    meter.tokenNotStored("lost");
    meter.beatSent("alive", 7.5);
    meter.beatSent("closed", null);
    meter.beatsAtRisk(4);
    meter.answerSettled("accepted", 700);
    meter.answerPostponed();
    meter.called("SendTaskHeartbeat", "throttled");
    const { text } = await metrics.text();
    const lines = text.split("\n");
    for (const line of [
      `countersign_polls_total{activity="${activity}",outcome="task"} 1`,
      `countersign_polls_total{activity="${activity}",outcome="worker_limit"} 1`,
      "countersign_tokens_stored_total 5",
      'countersign_token_store_wait_seconds_bucket{le="0.025"} 0',
      'countersign_token_store_wait_seconds_bucket{le="0.05"} 1',
      'countersign_tokens_not_stored_total{end="lost"} 1',
      'countersign_tokens_not_stored_total{end="given_back"} 0',
      'countersign_heartbeats_total{outcome="alive"} 1',
      'countersign_heartbeats_total{outcome="closed"} 1',
      // The beat of a state without HeartbeatSeconds has no slack.
      "countersign_heartbeat_slack_seconds_count 1",
      'countersign_heartbeat_slack_seconds_bucket{le="10"} 1',
      "countersign_heartbeats_at_risk 4",
      'countersign_answers_settled_total{delivery="accepted"} 1',
      'countersign_answer_latency_seconds_bucket{le="0.5"} 0',
      'countersign_answer_latency_seconds_bucket{le="1"} 1',
      "countersign_answers_postponed_total 1",
      'countersign_step_functions_calls_total{operation="SendTaskHeartbeat",outcome="throttled"} 1',
    ])
      expect(lines).toContain(line);
  });

  it("asks for what waits at each scrape", async () => {
    const metrics = createMetrics(systemClock, sources);
    metrics.watchPollers(() => ({
      [activity]: { idle: 1, polling: 4, storing: 0, stopping: 2, stopped: 0 },
    }));
    const lines = (await metrics.text()).text.split("\n");
    for (const line of [
      "countersign_approvals_pending 3",
      "countersign_approvals_oldest_pending_seconds 90",
      "countersign_answers_owed 1",
      "countersign_answers_oldest_owed_seconds 2.5",
      "countersign_heartbeats_due 2",
      "countersign_unclaimed_gates 3",
      'countersign_call_budget_available{budget="heartbeats"} 120',
      'countersign_call_budget_per_second{budget="heartbeats"} 400',
      "countersign_queue_jobs 7",
      'countersign_part_ready{part="database"} 1',
      'countersign_part_ready{part="queue"} 0',
      `countersign_pollers{activity="${activity}",state="polling"} 4`,
      `countersign_polls_open{activity="${activity}"} 6`,
    ])
      expect(lines).toContain(line);
  });

  it("leaves out what it cannot learn, and says the rest", async () => {
    const metrics = createMetrics(systemClock, {
      ...sources,
      work: () => Promise.reject(new Error("Postgres is away")),
    });
    const { text } = await metrics.text();
    expect(text).not.toMatch(/^countersign_approvals_pending/m);
    expect(text).not.toMatch(/^countersign_heartbeats_due/m);
    expect(text).toMatch(/^countersign_queue_jobs 7$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  it("lag of the reconciler is the longer of its last interval and the time since; a process without one has none", async () => {
    const manual = new ManualClock(0);
    const metrics = createMetrics(movedClock(manual), sources);
    const lag = async () =>
      /^countersign_reconciler_lag_seconds (.*)$/m.exec((await metrics.text()).text)?.[1];
    expect(await lag()).toBeUndefined();
    metrics.meter.reconciled(15_000);
    expect(await lag()).toBe("15");
    await manual.advance(40_000);
    expect(await lag()).toBe("40");
  });
});

describe("GET /metrics of the product", () => {
  it("counts calls of Step Functions by operation, each attempt, and what waits in Postgres", async () => {
    let refuse = 2;
    await using product = await startProduct({
      state: { HeartbeatSeconds: 60 },
      faults: ({ operation }) =>
        operation === "GetExecutionHistory" && (refuse -= 1) >= 0 ? { kind: "throttle" } : undefined,
    });
    await product.approvalOf(await product.startExecution({ commit: "abc" }));
    await product.moveClock(5_000);
    const { text } = await supertest(product.app).get("/metrics");
    expect(text).toMatch(/^countersign_approvals_pending 1$/m);
    expect(
      Number(/^countersign_approvals_oldest_pending_seconds (.*)$/m.exec(text)?.[1]),
    ).toBeGreaterThanOrEqual(5);
    expect(text).toMatch(/^countersign_call_budget_per_second\{budget="heartbeats"\} 400$/m);
    const calls = (operation: string, outcome: string) =>
      Number(
        new RegExp(
          `^countersign_step_functions_calls_total\\{operation="${operation}",outcome="${outcome}"\\} (.*)$`,
          "m",
        ).exec(text)?.[1],
      );
    expect(calls("GetExecutionHistory", "throttled")).toBe(2);
    expect(calls("GetExecutionHistory", "ok")).toBeGreaterThan(0);
    expect(calls("GetActivityTask", "ok")).toBeGreaterThan(0);
  });
});

describe("GET /readyz of the product", () => {
  it("is degraded, and still 200, without its queue", async () => {
    await using product = await startProduct({ workers: false });
    product.composed.readiness.watch("queue", () => ({ ready: false, needed: false }));
    const response = await supertest(product.app).get("/readyz").expect(200);
    expect(response.body).toMatchObject({ status: "degraded", parts: { queue: { ready: false } } });
  });

  it("is 503 and names the database when that is away, even if it hangs", async () => {
    await using product = await startProduct({ workers: false });
    product.composed.readiness.watch("database", () => new Promise(() => undefined));
    const response = await supertest(product.app).get("/readyz").expect(503);
    expect(response.body).toMatchObject({
      status: "not_ready",
      parts: { database: { ready: false, needed: true }, queue: { ready: true } },
    });
  });
});
