import { describe, expect, it } from "vitest";
import type { Evidence } from "./evidence.ts";
import { second, began, row, attempt, at, succeeded, won, lapsed, good, withThird } from "./good-evidence.ts";
import { judge } from "./invariants.ts";

const broken = (evidence: Evidence) =>
  judge(evidence).flatMap(({ invariant, violations }) => (violations.length > 0 ? [invariant] : []));
const excuses = (evidence: Evidence) =>
  Object.assign({}, ...judge(evidence).map(({ excused }) => excused)) as object;

const tokens = "every token handed to a live process has a row";
const decisions = "every decision reached Step Functions once, or is shown as too late";
const histories = "no history contradicts Postgres";
const heartbeats = "no heartbeat ran out except where the fault itself caused it";
const stuck = "nothing pending is stuck";
const winners = "each approval has one winner, and every decider is told the truth";
const exits = "every process stopped cleanly when it was asked to";

it("a run in which nothing went wrong keeps every promise", () => {
  expect(broken(good())).toEqual([]);
  expect(judge(good()).map(({ checked }) => checked)).toEqual([2, 2, 2, 2, 7, 2, 1]);
});

describe(tokens, () => {
  const timedOut = attempt(3, { kind: "timed_out", at });
  const lost = withThird("FAILED", [timedOut], null);

  it("breaks when a token has no row and no fault lost it", () => {
    expect(broken(lost)).toEqual([tokens]);
  });

  it("breaks when its process was killed long after it must have stored it", () => {
    expect(broken({ ...lost, kills: [{ caller: "worker-1", at: began + 10 * second }] })).toEqual([tokens]);
  });

  it("breaks when another process was killed", () => {
    expect(broken({ ...lost, kills: [{ caller: "worker-2", at: began }] })).toEqual([tokens]);
  });

  it("breaks when nobody known made that poll", () => {
    expect(broken({ ...lost, polls: new Map() })).toEqual([tokens]);
  });

  it("is excused by a dropped reply, by the death of its process, and by that while Postgres was away", () => {
    const dropped = new Map([["poll-3", { caller: "worker-1", replyDropped: true }]]);
    expect(broken({ ...lost, polls: dropped })).toEqual([]);
    expect(broken({ ...lost, kills: [{ caller: "worker-1", at: began + second }] })).toEqual([]);
    expect(broken({ ...lost, kills: [{ caller: "worker-1", at: began - second }] })).toEqual([]);
    const away = { what: "Postgres away", from: began - second, to: began + 9 * second };
    expect(
      broken({ ...lost, kills: [{ caller: "worker-1", at: began + 10 * second }], disturbances: [away] }),
    ).toEqual([]);
  });
});

describe(decisions, () => {
  it("breaks when an accepted one is in no history, or in two", () => {
    const [first, second] = good().executions;
    if (first === undefined || second === undefined) throw new Error("there are two");
    const never = { ...first, attempts: [attempt(1, { kind: "open" })] };
    expect(broken({ ...good(), executions: [never, second] })).toContain(decisions);
    const twice = withThird("SUCCEEDED", [attempt(3, succeeded(1))], row(3));
    expect(broken(twice)).toContain(decisions);
  });

  it("breaks when it is owed for ever or uncertain", () => {
    for (const delivery of ["recorded", "sent", "uncertain"])
      expect(broken({ ...good(), rows: [row(1, { delivery }), ...good().rows.slice(1)] })).toContain(
        decisions,
      );
  });

  it("breaks when it is shown as too late and arrived", () => {
    expect(
      broken({ ...good(), rows: [row(1, { delivery: "too_late" }), ...good().rows.slice(1)] }),
    ).toContain(decisions);
  });

  it("is excused where it is shown as too late and history agrees", () => {
    const explained = [{ what: "Postgres away", from: began, to: at }];
    const late = withThird(
      "FAILED",
      [attempt(3, { kind: "timed_out", at })],
      row(3, { delivery: "too_late" }),
    );
    const replies = [...late.replies, won(3, "approve")];
    expect(broken({ ...late, replies, disturbances: explained })).toEqual([]);
    expect(excuses({ ...late, replies, disturbances: explained })).toMatchObject({ "shown as too late": 1 });
  });
});

describe(histories, () => {
  it("breaks when history and Postgres tell different endings", () => {
    const [first, ...others] = good().rows;
    if (first === undefined) throw new Error("there is one");
    for (const other of [{ status: "rejected" }, { status: "pending" }, { status: "lapsed" }])
      expect(broken({ ...good(), rows: [{ ...first, ...other }, ...others] })).toContain(histories);
  });

  it("breaks when somebody else answered, or with another comment, or the row names another execution", () => {
    expect(broken(withThird("SUCCEEDED", [attempt(3, succeeded(3))], null))).toContain(histories);
    const [first, second] = good().rows;
    if (first === undefined || second === undefined) throw new Error("there are two");
    const comment = { ...second, decision: { id: "decision-2", verdict: "reject", comment: "another" } };
    expect(broken({ ...good(), rows: [first, comment] })).toEqual([histories]);
    expect(broken({ ...good(), rows: [{ ...first, executionArn: "execution-2" }, second] })).toEqual([
      histories,
    ]);
  });

  it("breaks when no history knows a row, or an approved execution failed", () => {
    expect(broken({ ...good(), rows: [...good().rows, row(9, lapsed)] })).toEqual([histories]);
    const [first, second] = good().executions;
    if (first === undefined || second === undefined) throw new Error("there are two");
    expect(broken({ ...good(), executions: [{ ...first, status: "FAILED" }, second] })).toEqual([histories]);
  });
});

describe(heartbeats, () => {
  const ranOut = withThird("FAILED", [attempt(3, { kind: "timed_out", at })], row(3, lapsed));
  const faulted = (after: number, isFaulted = true) => ({ at: began + after * second, faulted: isFaulted });

  it("breaks when a stored token timed out and nothing went wrong", () => {
    expect(broken(ranOut)).toEqual([heartbeats]);
  });

  it("breaks when only one of its heartbeats met a fault", () => {
    expect(broken({ ...ranOut, beats: new Map([["hash-3", [faulted(10)]]]) })).toEqual([heartbeats]);
    expect(broken({ ...ranOut, beats: new Map([["hash-3", [faulted(10), faulted(20, false)]]]) })).toEqual([
      heartbeats,
    ]);
    expect(broken({ ...ranOut, beats: new Map([["hash-2", [faulted(10), faulted(20)]]]) })).toEqual([
      heartbeats,
    ]);
  });

  it("is excused where each of its heartbeats met a fault or a part that was away", () => {
    expect(broken({ ...ranOut, beats: new Map([["hash-3", [faulted(10), faulted(20)]]]) })).toEqual([]);
    const disturbances = [{ what: "worker killed", from: began + 19 * second, to: began + 21 * second }];
    expect(broken({ ...ranOut, disturbances, beats: new Map([["hash-3", [faulted(10)]]]) })).toEqual([]);
    expect(broken({ ...ranOut, disturbances })).toEqual([heartbeats]);
  });
});

describe(stuck, () => {
  it("breaks on what is still pending, owed, overdue or queued", () => {
    const waiting = withThird(
      "RUNNING",
      [attempt(3, { kind: "open" })],
      row(3, { ...lapsed, status: "pending" }),
    );
    expect(broken(waiting)).toEqual([stuck]);
    for (const what of ["answers owed", "heartbeats overdue", "jobs in the queue"] as const)
      expect(broken({ ...good(), leftovers: { ...good().leftovers, [what]: 1 } })).toEqual([stuck]);
    expect(broken({ ...good(), leftovers: { ...good().leftovers, "jobs in the queue": NaN } })).toEqual([
      stuck,
    ]);
  });

  it("breaks on an execution that nobody took, and on one whose lost token should have come back", () => {
    expect(broken(withThird("RUNNING", [], null))).toEqual([stuck]);
    const polls = new Map([["poll-3", { caller: "worker-1", replyDropped: true }]]);
    const lost = { ...withThird("RUNNING", [attempt(3, { kind: "open" })], null), polls };
    expect(broken(lost)).toEqual([stuck]);
    expect(broken({ ...lost, lostTokensComeBack: false })).toEqual([]);
  });

  it("breaks on an execution that nobody took again in the seconds after its lost token timed out", () => {
    const polls = new Map([["poll-3", { caller: "worker-1", replyDropped: true }]]);
    const lost = {
      ...withThird("RUNNING", [attempt(3, { kind: "timed_out", at })], null),
      polls,
      lostTokensComeBack: false,
    };
    expect(broken(lost)).toEqual([stuck]);
    expect(broken({ ...lost, stoppedAt: at + second })).toEqual([]);
    expect(broken({ ...lost, stoppedAt: at + second, lostTokensComeBack: true })).toEqual([stuck]);
  });
});

describe(winners, () => {
  const reply = (
    outcome: "already_decided" | "lapsed" | "unanswered" | "unexpected",
    decisionId: string | null,
  ) => ({
    ...won(1, "reject"),
    decider: "ben",
    outcome,
    decisionId,
  });
  const also = (other: Evidence["replies"][number]) =>
    broken({ ...good(), replies: [...good().replies, other] });

  it("breaks on two winners, on none, and on one who was told another verdict or decision", () => {
    expect(also({ ...won(1, "approve"), decider: "ben" })).toEqual([winners]);
    expect(broken({ ...good(), replies: [won(1, "approve")] })).toEqual([winners]);
    expect(broken({ ...good(), replies: [won(1, "reject"), won(2, "reject")] })).toEqual([winners]);
    expect(
      broken({ ...good(), replies: [{ ...won(1, "approve"), decisionId: "other" }, won(2, "reject")] }),
    ).toEqual([winners]);
  });

  it("breaks when the loser is told of a decision that is none, that it lapsed, or something else", () => {
    expect(also(reply("already_decided", "decision-1"))).toEqual([]);
    expect(also(reply("already_decided", "other"))).toEqual([winners]);
    expect(also(reply("lapsed", null))).toEqual([winners]);
    expect(also(reply("unexpected", null))).toEqual([winners]);
  });

  it("a decision by commit may reach the approval that took another's place, and none of another commit", () => {
    const [first, ...others] = good().rows;
    const [execution, ...rest] = good().executions;
    if (first === undefined || execution === undefined) throw new Error("there is one");
    const before = row(9, { ...lapsed, commit: first.commit, executionArn: execution.arn });
    const timedOut = attempt(9, { kind: "timed_out", at });
    const polls = new Map([...good().polls, ["poll-9", { caller: "worker-1", replyDropped: false }]]);
    const disturbances = [{ what: "Postgres away", from: began, to: at }];
    const evidence = {
      ...good(),
      ...{ polls, disturbances },
      executions: [{ ...execution, attempts: [timedOut, ...execution.attempts] }, ...rest],
      rows: [before, first, ...others],
    };
    const aimed = { ...won(1, "approve"), approvalId: before.id };
    expect(broken({ ...evidence, replies: [{ ...aimed, byCommit: true }, won(2, "reject")] })).toEqual([]);
    expect(broken({ ...evidence, replies: [aimed, won(2, "reject")] })).toEqual([winners]);
    const other = { ...aimed, byCommit: true, approvalId: "approval-2" };
    expect(broken({ ...evidence, replies: [other, won(2, "reject")] })).toEqual([winners]);
    const ambiguous = { ...aimed, decider: "ben", outcome: "ambiguous" as const, decisionId: null };
    const winning = [{ ...aimed, byCommit: true }, won(2, "reject")];
    expect(broken({ ...evidence, replies: [...winning, { ...ambiguous, byCommit: true }] })).toEqual([]);
    expect(broken({ ...evidence, replies: [...winning, ambiguous] })).toEqual([winners]);
    const alone = { ...ambiguous, byCommit: true, approvalId: "approval-2" };
    expect(broken({ ...evidence, replies: [...winning, alone] })).toEqual([winners]);
  });

  it("is excused where the only one who may have won never heard", () => {
    expect(broken({ ...good(), replies: [reply("unanswered", null), won(2, "reject")] })).toEqual([]);
  });
});

describe(exits, () => {
  it("breaks on any other exit code than 0", () => {
    expect(broken({ ...good(), exits: [{ name: "worker-1", code: 1 }] })).toEqual([exits]);
    expect(broken({ ...good(), exits: [{ name: "worker-1", code: null }] })).toEqual([exits]);
  });
});
