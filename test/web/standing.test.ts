import { expect, it } from "vitest";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { excludedPeople, opensTooLate, stillNeeded, whoCan, withoutWindow } from "../../web/lib/standing.ts";

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

it("a window that opens too late is told with what comes of it, and who can still end it", () => {
  const of = (opensAt: string | null, rules: string[], more: object = {}) =>
    ({
      standing: { isOpen: false, opensAt, timeoutRejection: null, ...more },
      policy: { rules: rules.map((rule) => ({ rule, text: "", from: [] })) },
      deadlineAt: "2026-11-21T15:35:00.000Z",
    }) as unknown as Pick<ApprovalDetail, "standing" | "policy" | "deadlineAt">;
  const late = of("2026-11-23T08:00:00.000Z", ["reject", "breakGlass"]);
  expect(opensTooLate(late)).toBe(true);
  expect(opensTooLate({ ...late, deadlineAt: null })).toBe(false);
  expect(opensTooLate(of("2026-11-21T15:00:00.000Z", []))).toBe(false);
  expect(opensTooLate(of(null, []))).toBe(true);
  expect(opensTooLate(of(null, [], { isOpen: true }))).toBe(false);
  expect(withoutWindow(late)).toBe(
    "The window opens after the deadline: it will time out, unless somebody rejects it or an administrator breaks the glass.",
  );
  const timeoutRejection = { at: "2026-11-21T15:30:00.000Z", reason: "late", from: "a" };
  expect(withoutWindow(of("2026-11-23T08:00:00.000Z", [], { timeoutRejection }))).toBe(
    "The window opens after the deadline: it will be rejected by itself.",
  );
  expect(withoutWindow({ ...of(null, []), deadlineAt: null })).toBe(
    "The window never opens again: it will wait for ever.",
  );
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
