import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noLimits, type Caller, type PersonCaller } from "../../src/domain/actor.ts";
import { answerFor } from "../../src/domain/answer.ts";
import {
  deadlineOf,
  type Approval,
  type Decision,
  type PendingApproval,
  type Subject,
} from "../../src/domain/approval.ts";
import { backOffMs } from "../../src/domain/back-off.ts";
import { lapsedReasonByClock, nextBeatAt } from "../../src/domain/heartbeat.ts";
import { mayDecide } from "../../src/domain/policy/may-decide.ts";
import { builtInPolicy, nobodyInvolved } from "../../src/domain/policy/policy.ts";
import { castVote } from "../../src/domain/vote.ts";

const at = new Date("2026-06-01T12:00:00Z");
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

const subject: Subject = {
  activityArn: "arn:a",
  executionArn: null,
  executionName: null,
  stateMachineArn: null,
  stateName: null,
  stateEnteredAt: null,
  retryCount: null,
  redriveCount: null,
  mapIndex: null,
  repository: null,
  commit: null,
  ref: null,
  title: "Change",
  description: null,
  requestedBy: null,
  involved: nobodyInvolved,
  links: [],
  input: "{}",
  timeoutSeconds: null,
  heartbeatSeconds: null,
};
const pending: PendingApproval = {
  status: "pending",
  attempt: 1,
  previousId: null,
  supersededById: null,
  newerCommit: null,
  id: "a1",
  version: 1,
  subject,
  policy: builtInPolicy,
  policyDigest: null,
  policyDueAt: null,
  executionIsProven: true,
  workerName: "w",
  receivedAt: at,
  lastBeatAt: null,
  votes: [],
};
const decision: Decision = {
  id: "d1",
  verdict: "approve",
  decidedAt: at,
  decidedBy: [{ kind: "person", id: "1", name: "Ada" }],
  comment: null,
  breakGlassReason: null,
};
const delivery = { state: "recorded", attempts: 0, note: null, sentAt: null, settledAt: null } as const;
const reviewer: PersonCaller = {
  kind: "person",
  id: "2",
  name: "Grace",
  email: "g@example.org",
  role: "reviewer",
  passwordIsOneTime: false,
  teams: [],
  identities: { emails: [], logins: [] },
};
const viewer: Caller = { ...reviewer, role: "viewer" };
const ballot = {
  caller: reviewer,
  verdict: "approve",
  comment: "fine",
  at,
  decisionId: "d2",
  changed: [],
  way: "page",
  form: null,
  output: null,
  formFaults: [],
  breakGlassReason: null,
} as const;

describe("casting a vote", () => {
  it("one reviewer decides", () => {
    const outcome = castVote(pending, ballot);
    expect(outcome).toMatchObject({
      kind: "decided",
      decision: {
        id: "d2",
        verdict: "approve",
        comment: "fine",
        decidedBy: [{ kind: "person", id: "2", name: "Grace" }],
      },
    });
  });

  it("a decided approval tells the first decision, a lapsed one its reason", () => {
    expect(castVote({ ...pending, status: "approved", decision, delivery }, ballot)).toEqual({
      kind: "already_decided",
      decision,
    });
    expect(castVote({ ...pending, status: "lapsed", reason: "timed_out", lapsedAt: at }, ballot)).toEqual({
      kind: "lapsed",
      reason: "timed_out",
    });
  });

  it("a viewer, and a bot without the scope decide, may not, whatever the state", () => {
    const bot: Caller = { kind: "bot", id: "3", name: "ci", scopes: ["read"], limits: noLimits };
    const states: Approval[] = [
      pending,
      { ...pending, status: "approved", decision, delivery },
      { ...pending, status: "lapsed", reason: "unknown", lapsedAt: at },
    ];
    for (const caller of [viewer, bot]) {
      for (const approval of states) {
        expect(castVote(approval, { ...ballot, caller }).kind).toBe("not_allowed");
        expect(mayDecide(caller, approval, at)).toMatchObject({ approve: false, reject: false });
      }
    }
  });

  it("what `may` says is what a vote does", () => {
    for (const caller of [reviewer, viewer]) {
      for (const approval of [
        pending,
        { ...pending, status: "rejected", decision, delivery },
      ] satisfies Approval[]) {
        expect(mayDecide(caller, approval, at).approve).toBe(
          castVote(approval, { ...ballot, caller }).kind === "decided",
        );
      }
    }
  });
});

const nothing = { output: null, form: null };

describe("the answer that a decision owes", () => {
  it("an approval is a success whose output carries the decision", () => {
    const answer = answerFor(
      "a1",
      decision,
      { output: '{"stage":12345678901234567890}', form: null },
      "the.signed.receipt",
      {
        as: "failure",
        error: "RejectedByUser",
      },
    );
    if (answer.kind !== "success") throw new Error("expected a success");
    expect(answer.output).toContain('"output":{"stage":12345678901234567890}}');
    expect(JSON.parse(answer.output)).toMatchObject({
      decision: "approved",
      decisionId: "d1",
      approvalId: "a1",
      decidedAt: at.toISOString(),
      decidedBy: [{ name: "Ada" }],
      comment: null,
      receipt: "the.signed.receipt",
    });
  });

  it("a rejection is a failure with the comment as its cause, and says who where there is none", () => {
    const rejected: Decision = { ...decision, verdict: "reject", comment: "buggy" };
    expect(
      answerFor("a1", rejected, nothing, "the.signed.receipt", { as: "failure", error: "Nope" }),
    ).toEqual({
      kind: "failure",
      error: "Nope",
      cause: "buggy",
    });
    expect(
      answerFor("a1", { ...rejected, comment: null }, nothing, "the.signed.receipt", {
        as: "failure",
        error: "Nope",
      }),
    ).toEqual({
      kind: "failure",
      error: "Nope",
      cause: "Rejected by Ada.",
    });
  });

  it("a rejection may be a success for a Choice state", () => {
    const answer = answerFor("a1", { ...decision, verdict: "reject" }, nothing, "the.signed.receipt", {
      as: "success",
    });
    expect(JSON.parse(answer.kind === "success" ? answer.output : "null")).toMatchObject({
      decision: "rejected",
      output: null,
    });
  });
});

describe("heartbeat timing", () => {
  const facts = { receivedAt: at, timeoutSeconds: null, heartbeatSeconds: 30, identified: true };

  it("two beats may be lost and the third still comes in time, whatever the jitter", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (heartbeatSeconds, random) => {
          const next = nextBeatAt({ ...facts, heartbeatSeconds }, at, random).getTime() - at.getTime();
          expect(next * 3).toBeLessThanOrEqual(heartbeatSeconds * 1000 + 3);
          expect(next).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("until history has told, a short HeartbeatSeconds is assumed; without one, five minutes pass", () => {
    expect(
      nextBeatAt({ ...facts, heartbeatSeconds: null, identified: false }, at, 0.999).getTime(),
    ).toBeLessThanOrEqual(later(5).getTime());
    expect(nextBeatAt({ ...facts, heartbeatSeconds: null }, at, 0).getTime()).toBeGreaterThanOrEqual(
      later(270).getTime(),
    );
  });

  it("a task with a deadline is asked once more just after it", () => {
    expect(nextBeatAt({ ...facts, heartbeatSeconds: null, timeoutSeconds: 60 }, at, 0)).toEqual(later(61));
    expect(
      nextBeatAt({ ...facts, heartbeatSeconds: null, timeoutSeconds: 60 }, later(61), 0).getTime(),
    ).toBeGreaterThan(later(200).getTime());
  });

  it("tells why a task lapsed from the clock that ran out", () => {
    const base = { ...facts, lastBeatAt: later(20) };
    expect(lapsedReasonByClock({ ...base, timeoutSeconds: 60 }, later(60))).toBe("timed_out");
    expect(lapsedReasonByClock(base, later(50))).toBe("heartbeat_expired");
    expect(lapsedReasonByClock(base, later(49))).toBeNull();
    expect(lapsedReasonByClock({ ...base, heartbeatSeconds: null }, later(9_999))).toBeNull();
  });

  it("the deadline runs from the hand-out of the token", () => {
    expect(deadlineOf({ ...pending, subject: { ...subject, timeoutSeconds: 90 } })).toEqual(later(90));
    expect(deadlineOf(pending)).toBeNull();
  });
});

describe("backing off", () => {
  it("doubles up to its limit and never comes back at once", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const wait = backOffMs(attempt, random, { firstMs: 100, maxMs: 5_000 });
        expect(wait).toBeGreaterThanOrEqual(50);
        expect(wait).toBeLessThanOrEqual(5_000);
      }),
    );
    expect(backOffMs(3, 0, { firstMs: 100, maxMs: 5_000 })).toBe(400);
  });
});
