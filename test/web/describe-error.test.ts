import { expect, test } from "vitest";
import type { Problem } from "../../src/contract/problem.ts";
import { ApiProblem, NetworkError, UnexpectedReply } from "../../web/api/errors.ts";
import { describeError } from "../../web/lib/describe-error.ts";

const problem = (more: Partial<Problem>) =>
  new ApiProblem({ type: "urn:x", title: "Title", status: 409, code: "stale", detail: "Detail.", ...more });

test("who was too slow is told who was first, and when", () => {
  const decision = {
    id: "d",
    verdict: "reject",
    decidedAt: "2026-03-01T12:00:00Z",
    decidedBy: [{ kind: "bot", id: "b", name: "release-bot" }],
    comment: null,
    breakGlassReason: null,
  };
  const { detail, retryable } = describeError(problem({ code: "already_decided", decision }));
  expect(detail).toMatch(/^release-bot rejected this already, at 2026-03-01 12:00:00 UTC/);
  expect(retryable).toBe(false);
});

test("a decision that the page cannot read falls back to the server's words", () => {
  expect(describeError(problem({ code: "already_decided", decision: 7 })).detail).toBe("Detail.");
});

test("only what may go better the second time is offered again", () => {
  expect(describeError(new NetworkError("Gone.")).retryable).toBe(true);
  expect(describeError(new UnexpectedReply(502, "x")).retryable).toBe(true);
  expect(describeError(problem({ code: "unavailable", status: 503 })).retryable).toBe(true);
  expect(describeError(problem({ code: "invalid", status: 422 })).retryable).toBe(false);
});
