import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noLimits, type BotCaller } from "../../src/domain/actor.ts";
import type { Vote } from "../../src/domain/approval.ts";
import { combinePolicies, rulesOf } from "../../src/domain/policy/combine.ts";
import { mayDecide } from "../../src/domain/policy/may-decide.ts";
import {
  askedName,
  builtInPart,
  involvements,
  neutralPart,
  nobodyInvolved,
  type PolicyPart,
} from "../../src/domain/policy/policy.ts";
import { tallyVotes } from "../../src/domain/policy/tally.ts";
import { castVote, withVote } from "../../src/domain/vote.ts";
import { ballotOf, person, pendingUnder, part, vote } from "../support/policy.ts";

const at = new Date("2026-06-01T12:00:00Z");
const clocks = { receivedAt: at, timeoutSeconds: 3600, involved: nobodyInvolved };
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

/** Small on purpose: with few teams and people, votes and rules meet. */
const teams = ["security", "release", "leads"];
const anyTeams = fc.subarray(teams);
const anyPart: fc.Arbitrary<PolicyPart> = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    required: fc.integer({ min: 1, max: 3 }),
    groups: fc.uniqueArray(
      fc.record({ team: fc.constantFrom(...teams), required: fc.integer({ min: 1, max: 2 }) }),
      { selector: ({ team }) => team, maxLength: 2 },
    ),
    exclude: fc.record(
      Object.fromEntries(involvements.map((each) => [each, fc.boolean()])) as Record<
        (typeof involvements)[number],
        fc.Arbitrary<boolean>
      >,
    ),
    rejectRequired: fc.integer({ min: 1, max: 3 }),
    bots: fc.constantFrom("count", "veto", "ignore"),
    escalations: fc.array(
      fc.record({ atPercent: fc.constantFrom(50, 80), team: fc.constantFrom(...teams) }),
      { maxLength: 1 },
    ),
  })
  .map((rules) => part(rules));
const anyParts = fc.array(anyPart, { minLength: 1, maxLength: 3 });
const anyVote: fc.Arbitrary<Vote> = fc
  .record({
    id: fc.integer({ min: 1, max: 6 }),
    class: fc.constantFrom("page", "chat", "bot"),
    teams: anyTeams,
    verdict: fc.constantFrom("approve", "reject"),
  })
  .map(({ id, ...rest }) => vote(`p${id}`, { ...rest, at }));
const anyVotes = fc.uniqueArray(anyVote, {
  selector: ({ actor }) => `${actor.kind}${actor.id}`,
  maxLength: 6,
});
const verdictOf = (parts: readonly PolicyPart[], votes: readonly Vote[], now = at) =>
  tallyVotes(parts, votes, clocks, now).verdict;

describe("properties of policies", () => {
  it("no sequence of votes by excluded people decides, or is even counted", () => {
    const sequence = fc.array(
      fc.record({ who: fc.nat(4), verdict: fc.constantFrom("approve" as const, "reject" as const) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(anyParts, sequence, (parts, ballots) => {
        const everywhere = parts.map((each) => ({ ...each, exclude: builtInPart.exclude }));
        const people = involvements.map((each, index) =>
          person(`x${index}`, { teams, identities: { emails: [`${each}@Example.org`], logins: [] } }),
        );
        const involved = Object.fromEntries(
          involvements.map((each) => [each, [`${each}@example.org`]]),
        ) as unknown as typeof nobodyInvolved;
        const approval = pendingUnder(everywhere, { involved });
        for (const { who, verdict } of ballots) {
          const caller = people[who] ?? person("x");
          expect(castVote(approval, ballotOf(caller, verdict, at)).kind).toBe("not_allowed");
          expect(mayDecide(caller, approval, at)).toMatchObject({ approve: false, reject: false });
        }
      }),
    );
  });

  it("one person counts once, whatever teams they are in and however often they vote", () => {
    fc.assert(
      fc.property(anyParts, fc.array(anyTeams, { minLength: 1, maxLength: 8 }), (parts, memberships) => {
        const votes = memberships.reduce<Vote[]>(
          (list, member) => withVote(list, vote("one", { teams: member, at })),
          [],
        );
        const tally = tallyVotes(parts, votes, clocks, later(59));
        expect(tally.approvals).toHaveLength(1);
        expect(tally.seats.filter(({ isFilled }) => isFilled).length).toBeLessThanOrEqual(1);
        const { required, seats } = rulesOf(parts);
        if (required > 1 || seats.length > 1) expect(tally.verdict).toBeNull();
      }),
    );
  });

  it("one more eligible approval never undoes an approval, nor one more rejection a rejection", () => {
    fc.assert(
      fc.property(anyParts, anyVotes, anyTeams, (parts, votes, member) => {
        const before = verdictOf(parts, votes);
        if (before === null) return;
        const more = vote("another", { verdict: before, teams: member, at });
        expect(verdictOf(parts, [...votes, more])).toBe(before);
      }),
    );
  });

  it("two orders of the same votes give the same decision, and the same seats are missing", () => {
    const shuffled = anyVotes.chain((votes) =>
      fc.tuple(fc.constant(votes), fc.shuffledSubarray(votes, { minLength: votes.length })),
    );
    fc.assert(
      fc.property(anyParts, shuffled, (parts, [votes, others]) => {
        const [one, other] = [votes, others].map((each) => tallyVotes(parts, each, clocks, at));
        expect(one?.verdict).toBe(other?.verdict);
        expect(one?.seats.map(({ isFilled }) => isFilled)).toEqual(
          other?.seats.map(({ isFilled }) => isFilled),
        );
      }),
    );
  });

  it("combining is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(anyParts, anyParts, anyParts, (a, b, c) => {
        expect(combinePolicies(a, b)).toEqual(combinePolicies(b, a));
        expect(combinePolicies(combinePolicies(a, b), c)).toEqual(combinePolicies(a, combinePolicies(b, c)));
        expect(combinePolicies(a, a)).toEqual(combinePolicies(a));
      }),
    );
  });

  it("what a task's input asks for gives nobody a vote: it never makes an approval of fewer votes, nor lets a bot reject", () => {
    const anyAsked = anyPart.map((each) => ({ ...each, name: askedName }));
    fc.assert(
      fc.property(anyParts, anyAsked, anyVotes, (parts, asked, votes) => {
        const [before, after] = [rulesOf(parts), rulesOf(combinePolicies(parts, [asked]))];
        expect(after.botsMayReject).toBe(before.botsMayReject);
        if (after.botsMayApprove) expect(before.botsMayApprove).toBe(true);
        if (verdictOf([...parts, asked], votes) === "approve")
          expect(verdictOf(parts, votes)).toBe("approve");
        const bots = votes.filter((each) => each.class === "bot");
        if (!before.botsMayReject) expect(verdictOf([...parts, asked], bots)).not.toBe("reject");
      }),
    );
  });

  it("a bot whose votes the file ignores does not reject, although the task's input wants one rejection only", () => {
    const parts = [
      part({ bots: "ignore", rejectRequired: 2 }),
      { ...neutralPart, name: askedName, rejectRequired: 1 },
    ];
    const bot = vote("bot", { class: "bot", verdict: "reject", at });
    expect(verdictOf(parts, [bot])).toBeNull();
    expect(verdictOf(parts, [vote("ada", { verdict: "reject", at })])).toBe("reject");
  });

  it("policies together are never weaker than one of them: what they approve, each approves, and what one rejects, they reject", () => {
    fc.assert(
      fc.property(anyParts, anyParts, anyVotes, fc.constantFrom(0, 30, 59), (a, b, votes, minutes) => {
        const together = verdictOf(combinePolicies(a, b), votes, later(minutes));
        for (const alone of [a, b]) {
          const verdict = verdictOf(alone, votes, later(minutes));
          if (together === "approve") expect(verdict).toBe("approve");
          if (verdict === "reject") expect(together).toBe("reject");
        }
      }),
    );
  });

  it("whoever may not approve changes nothing by being asked, and whoever may is counted: `may` and voting agree", () => {
    const anyCaller = fc.oneof(
      fc
        .record({ id: fc.integer({ min: 1, max: 6 }), teams: anyTeams, isAuthor: fc.boolean() })
        .map(({ id, teams: member, isAuthor }) =>
          person(`p${id}`, {
            teams: member,
            identities: { emails: [], logins: isAuthor ? ["Octocat"] : [] },
          }),
        ),
      fc.constant<BotCaller>({ kind: "bot", id: "b", name: "ci", scopes: ["decide"], limits: noLimits }),
    );
    fc.assert(
      fc.property(anyParts, anyVotes, anyCaller, (parts, votes, caller) => {
        const approval = pendingUnder(parts, { involved: { ...nobodyInvolved, author: ["octocat"] }, votes });
        const may = mayDecide(caller, approval, at);
        for (const verdict of ["approve", "reject"] as const) {
          const outcome = castVote(approval, ballotOf(caller, verdict, at));
          expect(outcome.kind === "decided" || outcome.kind === "counted").toBe(may[verdict]);
        }
      }),
    );
  });
});
