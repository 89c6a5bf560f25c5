import { describe, expect, it } from "vitest";
import { noLimits, type BotCaller, type PersonCaller } from "../../src/domain/actor.ts";
import type { PendingApproval } from "../../src/domain/approval.ts";
import { describePolicy } from "../../src/domain/policy/describe.ts";
import { mayDecide } from "../../src/domain/policy/may-decide.ts";
import { builtInPart, builtInPolicy, nobodyInvolved } from "../../src/domain/policy/policy.ts";
import { standingOf } from "../../src/domain/policy/standing.ts";
import { tallyVotes } from "../../src/domain/policy/tally.ts";
import { castVote, completeVotes, withVote } from "../../src/domain/vote.ts";
import { ballotOf, part, pendingUnder, person, vote } from "../support/policy.ts";

const at = new Date("2026-06-01T12:00:00Z");
const clocks = { receivedAt: at, timeoutSeconds: 3600, involved: nobodyInvolved };
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

const cast = (
  approval: PendingApproval,
  caller: PersonCaller | BotCaller,
  verdict: "approve" | "reject" = "approve",
) => castVote(approval, ballotOf(caller, verdict, at));
/** The approval with one vote more. */
function after(approval: PendingApproval, caller: PersonCaller, verdict: "approve" | "reject" = "approve") {
  const outcome = cast(approval, caller, verdict);
  if (outcome.kind !== "counted") throw new Error(`came to ${outcome.kind}`);
  return { ...approval, votes: withVote(approval.votes, outcome.vote) };
}

describe("groups", () => {
  const approval = pendingUnder([
    part({
      groups: [
        { team: "security", required: 1 },
        { team: "release", required: 2 },
      ],
    }),
  ]);
  const both = person("both", { teams: ["security", "release"] });
  const [r1, r2] = [person("r1", { teams: ["release"] }), person("r2", { teams: ["release"] })];

  it("1 of security and 2 of release are three people, though one of them is in both teams", () => {
    const two = after(after(approval, both), r1);
    expect(
      standingOf(two, at)
        .needed.groups.map(({ missing }) => missing)
        .reduce((a, b) => a + b),
    ).toBe(1);
    expect(cast(two, r2).kind).toBe("decided");
  });

  it("somebody of no such team cannot approve, is told so, and may still reject", () => {
    expect(mayDecide(person("other", { teams: ["docs"] }), approval, at)).toMatchObject({
      approve: false,
      reject: true,
      why: "Only members of release and security can approve this (policy p).",
    });
  });

  it("says who can still vote", () => {
    expect(standingOf(after(approval, r1), at)).toMatchObject({
      needed: {
        approvals: 0,
        groups: [
          { team: "release", missing: 1 },
          { team: "security", missing: 1 },
        ],
      },
      whoCan: { anyReviewer: false, teams: ["release", "security"] },
    });
  });
});

describe("votes", () => {
  it("may be changed while nothing is decided: the later one counts, the earlier one stays as history", () => {
    const approval = pendingUnder([part({ required: 2, rejectRequired: 2 })]);
    const changed = after(after(approval, person("a")), person("a"), "reject");
    expect(changed.votes.map(({ verdict, replaced }) => [verdict, replaced])).toEqual([
      ["approve", true],
      ["reject", false],
    ]);
    expect(cast(changed, person("b")).kind).toBe("counted");
  });

  it("stand where the policy says so", () => {
    const approval = pendingUnder([part({ required: 2, votesMayChange: false })]);
    expect(mayDecide(person("a"), after(approval, person("a")), at)).toMatchObject({
      approve: false,
      reject: false,
      why: "You have voted, and votes stand (policy p).",
    });
  });

  it("of bots count, may only veto, or do not count at all", () => {
    const bot: BotCaller = { kind: "bot", id: "b", name: "ci", scopes: ["decide"], limits: noLimits };
    expect(mayDecide(bot, pendingUnder([part({ bots: "count" })]), at)).toMatchObject({ approve: true });
    expect(mayDecide(bot, pendingUnder([part({ bots: "veto" })]), at)).toMatchObject({
      approve: false,
      reject: true,
    });
    expect(mayDecide(bot, pendingUnder([part({ bots: "ignore" })]), at)).toMatchObject({
      approve: false,
      reject: false,
    });
    const limited = { ...bot, limits: { ...noLimits, verdicts: ["reject" as const] } };
    expect(mayDecide(limited, pendingUnder([builtInPart]), at)).toMatchObject({
      approve: false,
      reject: true,
      why: "This token may not approve.",
    });
  });

  it("need a comment where the policy wants one", () => {
    const approval = pendingUnder([part({ comment: "reject" })]);
    expect(cast(approval, person("a"), "reject")).toEqual({
      kind: "incomplete",
      faults: [{ field: "comment", message: "is missing: the policy wants one" }],
    });
    expect(cast(approval, person("a")).kind).toBe("decided");
  });

  it("wait until history has proven the execution, where the policy depends on it", () => {
    const policy = { ...builtInPolicy, needsProof: true };
    const approval = pendingUnder([builtInPart], { policy, executionIsProven: false });
    expect(cast(approval, person("a"))).toMatchObject({ kind: "not_allowed" });
    expect(cast({ ...approval, executionIsProven: true }, person("a")).kind).toBe("decided");
    expect(completeVotes({ ...approval, votes: [vote("b", { at })] }, at, "d")).toBeNull();
  });
});

describe("break-glass", () => {
  const closed = part({ required: 5, breakGlass: true, exclude: builtInPart.exclude });
  const involved = { ...nobodyInvolved, author: ["root@example.org"] };
  const administrator = person("root", { role: "administrator", email: "Root@example.org" });
  const broken = { ...ballotOf(administrator, "approve", at), breakGlassReason: "the site is down" };

  it("an administrator decides alone with a reason, against every other rule, and it is marked", () => {
    expect(castVote(pendingUnder([closed], { involved }), broken)).toMatchObject({
      kind: "decided",
      vote: { breakGlassReason: "the site is down" },
      decision: { breakGlassReason: "the site is down", decidedBy: [{ id: "root" }] },
    });
  });

  it("needs a reason, an administrator, and every policy's leave", () => {
    const approval = pendingUnder([closed]);
    expect(castVote(approval, { ...broken, breakGlassReason: "  " })).toMatchObject({ kind: "incomplete" });
    expect(castVote(approval, { ...broken, caller: person("a") })).toMatchObject({ kind: "not_allowed" });
    expect(castVote(pendingUnder([closed, builtInPart]), broken)).toEqual({
      kind: "not_allowed",
      why: "Nobody breaks the glass here (policy built-in).",
    });
  });
});

describe("escalation", () => {
  it("lets a team stand in from its share of the deadline on, for the groups of its own policy alone", () => {
    const release = part({
      name: "release",
      groups: [{ team: "release", required: 1 }],
      escalations: [{ atPercent: 50, team: "leads" }],
    });
    const security = part({ name: "security", groups: [{ team: "security", required: 1 }] });
    const lead = vote("lead", { teams: ["leads"], at });
    expect(tallyVotes([release], [lead], clocks, later(29)).verdict).toBeNull();
    expect(tallyVotes([release], [lead], clocks, later(30)).verdict).toBe("approve");
    const another = vote("lead2", { teams: ["leads"], at });
    expect(tallyVotes([release, security], [lead, another], clocks, later(30)).verdict).toBeNull();
  });
});

describe("describing a policy", () => {
  it("says of each rule which policy it comes from, the stricter number with its own", () => {
    const texts = describePolicy([
      part({ name: "all", required: 1 }),
      part({ name: "production", required: 2, comment: "always", exclude: builtInPart.exclude }),
    ]);
    expect(texts).toContainEqual({
      rule: "required",
      text: "2 approvals by different people",
      from: ["production"],
    });
    expect(texts).toContainEqual({
      rule: "comment",
      text: "Every vote needs a comment",
      from: ["production"],
    });
    expect(texts).toContainEqual({
      rule: "exclude",
      text: "The commit's author does not decide",
      from: ["production"],
    });
    expect(texts).toContainEqual({
      rule: "reject",
      text: "Any rejection rejects",
      from: ["all", "production"],
    });
  });
});
