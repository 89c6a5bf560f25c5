import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { AuditEventView } from "../../src/contract/audit.ts";
import { projectFile } from "../../src/project-file.ts";
import { auditFilter, auditSearch, auditTypes } from "../../web/lib/audit-search.ts";
import { auditSentence, toldTypes } from "../../web/lib/audit-sentence.ts";
import { foldEvents } from "../../web/lib/fold-events.ts";

const ada = { kind: "person", id: "ada", name: "Ada" } as const;

function told(type: string, detail: AuditEventView["detail"], actor: AuditEventView["actor"] = ada): string {
  return auditSentence({ type, actor, detail })
    .map((part) => (typeof part === "string" ? part : part.name))
    .join("");
}

it("every type of event that there is may be chosen, and is told in a sentence", async () => {
  const source = await readFile(projectFile("src/domain/audit-event.ts"), "utf8");
  const types = [...source.matchAll(/\| "([a-z_]+\.[a-z_]+)"/g)].map(([, type = ""]) => type).sort();
  expect(types.length).toBeGreaterThan(20);
  expect([...auditTypes].sort()).toEqual(types);
  expect([...toldTypes].sort()).toEqual(types);
});

it.each([
  ["person.created", { name: "Grace", role: "reviewer" }, "Ada added Grace (reviewer)"],
  ["team.member_added", { team: "ops", email: "g@example.com" }, "Ada added g@example.com to team ops"],
  ["person.password_changed", { personId: "ada" }, "Ada changed their own password"],
  [
    "person.deactivated",
    { email: "g@example.com", sessionsEnded: 2 },
    "Ada deactivated g@example.com, which ended 2 sessions",
  ],
  ["approval.voted", { verdict: "reject", comment: "No." }, "Ada voted to reject, with a comment"],
  [
    "approval.decided",
    { verdict: "approve", decidedBy: [{ name: "Sam" }, { name: "Ada" }] },
    "Ada completed the decision: approved, with the votes of Sam",
  ],
  ["approval.decided", { verdict: "approve" }, "Ada completed the decision: approved"],
  ["token.created", { name: "ci", scopes: ["read", "decide"] }, "Ada made bot ci (read, decide)"],
  ["person.sign_in_failed", { address: "::1" }, "Somebody failed to sign in as somebody unknown, from ::1"],
  ["moon.landed", {}, "Ada caused moon.landed"],
])("%s of %j reads: %s", (type, detail, sentence) => {
  expect(told(type, detail)).toBe(sentence);
});

it("an event of any type, whatever its detail holds, is told somehow", () => {
  for (const type of auditTypes) {
    expect(told(type, {})).not.toContain("undefined");
    expect(told(type, { email: 7, name: null, decidedBy: [null], policies: "x" })).not.toContain("[object");
  }
});

it("failures to sign in that follow one another from one address are one group, others are not", () => {
  const event = (type: string, seq: number, address: string) =>
    ({ type, seq, stream: "person:ada", detail: { address } }) as unknown as AuditEventView;
  const failed = (seq: number, address: string) => event("person.sign_in_failed", seq, address);
  const groups = foldEvents([
    failed(6, "a"),
    failed(5, "a"),
    failed(4, "b"),
    event("person.signed_in", 3, "b"),
    event("person.signed_in", 2, "b"),
    failed(1, "b"),
  ]);
  expect(groups.map((group) => group.map(({ seq }) => seq))).toEqual([[6, 5], [4], [3], [2], [1]]);
});

it("the days of the address are asked for whole; what is no day is left out", () => {
  expect(auditSearch({ actor: "Ada", from: "2026-11-01", to: "2026-13-01", type: "" })).toEqual({
    actor: "Ada",
    from: "2026-11-01",
  });
  expect(auditFilter({ q: "x", from: "2026-11-01", to: "2026-11-30" })).toEqual({
    q: "x",
    from: "2026-11-01T00:00:00.000Z",
    to: "2026-12-01T00:00:00.000Z",
  });
});
