import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote, VoterNow } from "../../src/domain/approval.ts";
import { nobodyInvolved } from "../../src/domain/policy/policy.ts";
import { standingOf } from "../../src/domain/policy/standing.ts";
import { castVote, completeVotes } from "../../src/domain/vote.ts";
import { ballotOf, part, pendingUnder, person, vote } from "../support/policy.ts";

const at = new Date("2026-06-01T12:00:00Z");
const involved = { ...nobodyInvolved, author: ["octocat"] };

const active: NonNullable<VoterNow["person"]> = {
  role: "reviewer",
  isActive: true,
  teams: ["security"],
  email: "x@example.org",
  identities: { emails: [], logins: [] },
};
const withdrawn: readonly VoterNow[] = [
  { person: null, isRevoked: false },
  { person: { ...active, isActive: false }, isRevoked: false },
  { person: { ...active, role: "viewer" }, isRevoked: false },
  { person: { ...active, identities: { emails: [], logins: ["Octocat"] } }, isRevoked: false },
];

/** Approvals of people, and of bots that somebody holds; `mayVote`: they still may. */
const anyVotes = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      isBot: fc.boolean(),
      now: fc.option(fc.constantFrom(...withdrawn)),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  )
  .map((given) =>
    given.map(({ id, isBot, now }) => ({
      mayVote: now === null,
      vote: vote(`v${id}`, {
        ...(isBot ? { class: "bot", heldBy: `holder${id}` } : { teams: ["security"] }),
        at,
        now: now ?? { person: active, isRevoked: false },
      } satisfies Partial<Vote>),
    })),
  );
const anyRules = fc.record({
  required: fc.integer({ min: 1, max: 4 }),
  groups: fc.constantFrom([], [{ team: "security", required: 1 }]),
  exclude: fc.constant({ ...part({}).exclude, author: true }),
});

describe("votes of those who may not vote any more", () => {
  it("decide nothing, with or without a new vote: what is counted is as if they had never been given", () => {
    fc.assert(
      fc.property(anyVotes, anyRules, (given, rules) => {
        const votes = given.map((each) => each.vote);
        const rest = given.filter(({ mayVote }) => mayVote).map((each) => each.vote);
        const approval = pendingUnder([part(rules)], { involved, votes });
        const without = { ...approval, votes: rest };
        const decision = completeVotes(approval, at, "d");
        expect(decision).toEqual(completeVotes(without, at, "d"));
        expect(standingOf(approval, at)).toEqual(standingOf(without, at));
        const caller = person("another", { teams: ["security"] });
        const [outcome, expected] = [approval, without].map((each) =>
          castVote(each, ballotOf(caller, "approve", at)),
        );
        expect(outcome?.kind).toBe(expected?.kind);
        if (outcome?.kind === "decided" && expected?.kind === "decided")
          expect(outcome.decision.decidedBy).toEqual(expected.decision.decidedBy);
      }),
    );
  });

  it("fill the seat of the team in which the voter is now", () => {
    const rules = [part({ groups: [{ team: "security", required: 1 }], required: 2 })];
    const moved = vote("a", {
      teams: ["security"],
      now: { person: { ...active, teams: [] }, isRevoked: false },
    });
    const approval = pendingUnder(rules, {
      votes: [moved, vote("b", { now: { person: { ...active, teams: [] }, isRevoked: false } })],
    });
    expect(standingOf(approval, at).needed).toMatchObject({ approvals: 0, groups: [{ missing: 1 }] });
    const joined = { ...moved, now: { person: active, isRevoked: false } };
    expect(
      completeVotes({ ...approval, votes: [joined, ...approval.votes.slice(1)] }, at, "d"),
    ).not.toBeNull();
  });

  it("of a bot: its holder's rejection is only about whom a bot may reject for, and a revoked one has none", () => {
    const rules = [part({ exclude: { ...part({}).exclude, author: true } })];
    const author = {
      person: { ...active, identities: { emails: [], logins: ["octocat"] } },
      isRevoked: false,
    };
    const of = (members: Partial<Vote>) =>
      completeVotes(
        pendingUnder(rules, { involved, votes: [vote("b", { class: "bot", heldBy: "h", ...members })] }),
        at,
        "d",
      )?.verdict ?? null;
    expect(of({ verdict: "approve", now: author })).toBeNull();
    expect(of({ verdict: "reject", now: author })).toBe("reject");
    expect(of({ now: { person: active, isRevoked: true } })).toBeNull();
    expect(of({ heldBy: null, now: { person: null, isRevoked: false } })).toBe("approve");
  });
});
