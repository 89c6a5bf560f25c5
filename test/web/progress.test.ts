import { expect, test } from "vitest";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { progressOf } from "../../web/lib/progress.ts";

const at = "2026-03-01T12:00:00.000Z";
const decision: NonNullable<ApprovalDetail["decision"]> = {
  id: "d",
  verdict: "approve",
  decidedAt: at,
  decidedBy: [],
  comment: null,
  breakGlassReason: null,
};
const approved = {
  status: "approved",
  lapsedReason: null,
  lapsedAt: null,
  decision,
  deliveryNote: null,
  sentAt: null,
  settledAt: null,
} as const;
const execution = {
  arn: "a",
  status: "RUNNING",
  startedAt: at,
  stoppedAt: null,
  error: null,
  cause: null,
  output: null,
} as const;

const done = (...of: Parameters<typeof progressOf>) => progressOf(...of).done.map((step) => step.label);
const ahead = (...of: Parameters<typeof progressOf>) => progressOf(...of).ahead.map((step) => step.id);

test("each word stands only once it is true", () => {
  expect(done({ ...approved, delivery: "recorded" }, null)).toEqual(["Recorded"]);
  expect(done({ ...approved, delivery: "sent", sentAt: at }, null)).toEqual(["Recorded", "Sent"]);
  expect(done({ ...approved, delivery: "accepted", sentAt: at, settledAt: at }, execution)).toEqual([
    "Recorded",
    "Sent",
    "Accepted",
  ]);
  expect(
    done(
      { ...approved, delivery: "accepted", sentAt: at, settledAt: at },
      { ...execution, status: "SUCCEEDED" },
    ),
  ).toEqual(["Recorded", "Sent", "Accepted", "Execution succeeded"]);
});

test("what is to come shrinks as it comes", () => {
  expect(ahead({ ...approved, delivery: "recorded" }, null)).toEqual(["sending", "accepting", "going"]);
  expect(ahead({ ...approved, delivery: "sent" }, null)).toEqual(["accepting", "going"]);
  expect(ahead({ ...approved, delivery: "accepted" }, execution)).toEqual(["going"]);
  expect(ahead({ ...approved, delivery: "accepted" }, { ...execution, status: "FAILED" })).toEqual([]);
});

test("an answer that came too late, and one that nobody can be sure of, are explained with their note", () => {
  expect(progressOf({ ...approved, delivery: "too_late", sentAt: at }, null).done.at(-1)).toMatchObject({
    label: "Too late",
    tone: "bad",
  });
  const { done: steps } = progressOf(
    { ...approved, delivery: "uncertain", sentAt: at, deliveryNote: "Three replies were lost." },
    null,
  );
  expect(steps.at(-1)?.text).toMatch(/Nobody can tell.* Three replies were lost\.$/);
});

test("the last step is explained, and what went well before it no longer", () => {
  const accepted = { ...approved, delivery: "accepted", sentAt: at, settledAt: at } as const;
  const texts = (...of: Parameters<typeof progressOf>) => progressOf(...of).done.map((step) => step.text);
  expect(texts(accepted, execution)).toEqual([null, null, "Step Functions took the answer."]);
  expect(texts(accepted, { ...execution, status: "SUCCEEDED" })).toEqual([null, null, null, null]);
  const late = { ...accepted, delivery: "too_late" } as const;
  expect(texts(late, { ...execution, status: "ABORTED" }).at(-2)).toMatch(/stopped waiting/);
});

test("a lapse says why", () => {
  const lapsed = {
    ...approved,
    status: "lapsed",
    lapsedReason: "heartbeat_expired",
    lapsedAt: at,
    decision: null,
    delivery: null,
  } as const;
  expect(progressOf(lapsed, null).done[0]?.text).toContain("heartbeat");
});
