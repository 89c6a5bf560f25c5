import { trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, it } from "vitest";
import supertest from "supertest";
import { openTelemetryTracer } from "../../src/adapters/tracing/open-telemetry.ts";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct } from "../support/product.ts";
import { until } from "../support/until.ts";

/** As the operator does it, with a memory in the place of a collector. */
function registerSdk(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  return exporter;
}

afterEach(() => trace.disable());

const commit = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const push = {
  ref: "refs/heads/main",
  after: commit,
  deleted: false,
  repository: { full_name: "acme/shop", html_url: "https://github.com/acme/shop" },
  pusher: { name: "mona" },
  head_commit: {
    id: commit,
    message: "what the input says",
    url: `https://github.com/acme/shop/commit/${commit}`,
    author: { name: "Mona", username: "mona" },
  },
};

const parentOf = (span: ReadableSpan | undefined, spans: readonly ReadableSpan[]) =>
  spans.find((each) => each.spanContext().spanId === span?.parentSpanContext?.spanId)?.name ?? null;

it("without an SDK nothing is traced, and everything works", async () => {
  expect(await openTelemetryTracer().span("decide", {}, async () => 7)).toBe(7);
  expect(trace.getActiveSpan()).toBeUndefined();
});

it("an approval's way from push to answer is traced, and no span holds a token, a comment or an input", async () => {
  const exporter = registerSdk();
  await using product = await startProduct({ state: { HeartbeatSeconds: 30 } });
  const accepted = await sendGithub(product.app, push).expect(202);
  const [{ executionArn }] = (accepted.body as { executions: [{ executionArn: string }] }).executions;
  const id = await product.approvalOf(executionArn);
  await product.pass(12_000);
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .set("authorization", `Bearer ${await product.bot("decide")}`)
    .send({ verdict: "reject", comment: "a comment that is nobody else's business" })
    .expect(200);
  await until("the answer has arrived", async () => {
    await product.pass(250);
    return (await product.describe(executionArn)).status === "FAILED";
  });
  await product.quiet();
  const spans = exporter.getFinishedSpans();
  const named = (name: string) => spans.find((span) => span.name === name);
  for (const [name, parent] of [
    ["accept webhook", null],
    ["StartExecution", "accept webhook"],
    ["store token", null],
    ["identify", null],
    ["find in history", "identify"],
    ["heartbeat batch", null],
    ["decide", null],
    ["record vote", "decide"],
    ["deliver answer", null],
    ["SendTaskFailure", "deliver answer"],
  ] as const) {
    expect(named(name), name).toBeDefined();
    expect([name, parentOf(named(name), spans)]).toEqual([name, parent]);
  }
  expect(named("deliver answer")?.attributes).toEqual({ "countersign.approval_id": id });
  const said = JSON.stringify(
    spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
  );
  expect(said).not.toMatch(/business|what the input says|cs_|[A-Za-z0-9+/]{100}/);
});

it("a span whose work throws says so by the error's name alone, and throws on", async () => {
  const exporter = registerSdk();
  class NotToday extends Error {
    override name = "NotToday";
  }
  const failing = openTelemetryTracer().span("decide", {}, () => Promise.reject(new NotToday("a secret")));
  await expect(failing).rejects.toBeInstanceOf(NotToday);
  expect(exporter.getFinishedSpans().map(({ status }) => status)).toEqual([{ code: 2, message: "NotToday" }]);
});
