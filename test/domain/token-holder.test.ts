import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nobodyInvolved } from "../../src/domain/policy/policy.ts";
import { tallyVotes } from "../../src/domain/policy/tally.ts";
import type { Vote } from "../../src/domain/approval.ts";
import { part, vote } from "../support/policy.ts";

const clocks = { receivedAt: new Date(0), timeoutSeconds: null, involved: nobodyInvolved };
const now = new Date(1_000);
const people = ["ada", "grace", "linus"];

/** Votes of people, of bots that one of them holds, and of bots that nobody is known to hold; each actor once. */
const votes = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...people, "bot1", "bot2", "bot3", "bot4"),
      heldBy: fc.option(fc.constantFrom(...people)),
      verdict: fc.constantFrom("approve" as const, "reject" as const),
    }),
    { selector: ({ id }) => id },
  )
  .map((cast) =>
    cast.map(({ id, heldBy, verdict }): Vote =>
      id.startsWith("bot") ? vote(id, { class: "bot", heldBy, verdict }) : vote(id, { verdict }),
    ),
  );

const voters = (of: readonly Vote[]) =>
  new Set(
    of.map(({ actor, heldBy }) => (actor.kind === "person" ? actor.id : (heldBy ?? `bot ${actor.id}`))),
  );

describe("a person and the bots whose secrets they know", () => {
  it("count once, whatever they say in which order", () => {
    fc.assert(
      fc.property(votes, fc.integer({ min: 1, max: 4 }), (cast, required) => {
        const rules = [part({ required, rejectRequired: 4 })];
        const { approvals, rejections, verdict } = tallyVotes(rules, cast, clocks, now);
        const approving = voters(cast.filter((each) => each.verdict === "approve"));
        expect(approvals).toHaveLength(approving.size);
        expect(rejections).toHaveLength(voters(cast.filter((each) => each.verdict === "reject")).size);
        expect(tallyVotes(rules, cast.toReversed(), clocks, now).verdict).toBe(verdict);
      }),
    );
  });

  it("the person's own vote stands for both, so that their teams count", () => {
    const rules = [part({ required: 1, groups: [{ team: "security", required: 1 }] })];
    const own = vote("ada", { teams: ["security"] });
    const bot = vote("bot", { class: "bot", heldBy: "ada" });
    for (const cast of [
      [own, bot],
      [bot, own],
    ])
      expect(tallyVotes(rules, cast, clocks, now)).toMatchObject({ verdict: "approve", approvals: [own] });
  });
});
