import { expect, it } from "vitest";
import { excludedPeople, stillNeeded, whoCan } from "../../web/lib/standing.ts";

const group = { team: "security", required: 2, have: 0, missing: 2, from: ["release"] };
const person = (name: string) => ({ id: name, name });

it("who is missing is said in a sentence, each seat of a group once", () => {
  expect(stillNeeded({ needed: { approvals: 1, groups: [] } })).toBe("One more approval is needed.");
  expect(stillNeeded({ needed: { approvals: 3, groups: [{ ...group, missing: 1 }] } })).toBe(
    "Three more approvals are needed, among them one of team security.",
  );
  // The number of approvals is there, but of the wrong people.
  expect(stillNeeded({ needed: { approvals: 0, groups: [group] } })).toBe(
    "Two more approvals are needed, among them two of team security.",
  );
  expect(stillNeeded({ needed: { approvals: 0, groups: [{ ...group, missing: 0 }] } })).toBe(
    "Nobody is missing any more.",
  );
});

it("who can help is said by name, and counted where there are many", () => {
  const of = (people: string[], more: object = {}) =>
    whoCan({ whoCan: { anyReviewer: true, teams: [], people: people.map(person), ...more } });
  expect(of(["Ada"])).toBe("Ada can help now.");
  expect(of(["Ada", "Grace"])).toBe("Ada and Grace can help now.");
  expect(of(["A", "B", "C", "D", "E"])).toBe("A, B, C, D and 1 other can help now.");
  expect(of([], { anyReviewer: false, teams: ["security"] })).toBe("Nobody of team security can help now.");
});

it("who may not decide is named once, with all that they did", () => {
  expect(
    excludedPeople([
      { as: "author", who: ["ada", "ada@example.com"], from: [] },
      { as: "committer", who: ["ada", "ada@example.com"], from: [] },
      { as: "pusher", who: ["grace"], from: [] },
    ]),
  ).toEqual([
    { who: ["ada", "ada@example.com"], did: ["wrote the commit", "committed it"] },
    { who: ["grace"], did: ["pushed it"] },
  ]);
});
