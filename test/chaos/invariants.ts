import type { Attempt, Evidence, ExecutionEvidence, Reply, Row } from "./evidence.ts";

/** One promise of the product's, how many times it was looked at, what a fault excuses, and where it was broken. */
export interface Verdict {
  invariant: string;
  checked: number;
  excused: Readonly<Record<string, number>>;
  violations: readonly string[];
}

/** A token is stored in milliseconds, a slow machine granted; with Postgres away it takes as long as that is away. */
const storedWithinMs = 3_000;
/** A sweep finds a due heartbeat within a second; a job waits for a free worker. */
const beatSlackMs = 4_000;
/** `Retry` waits a second; then a poll takes the task within moments. */
const retriedWithinMs = 5_000;

/** Judges a finished run. Pure: the same evidence gives the same verdicts. */
export function judge(evidence: Evidence): Verdict[] {
  return [
    everyTokenHasARow(evidence),
    everyDecisionArrivesOnce(evidence),
    noHistoryContradicts(evidence),
    noHeartbeatRunsOut(evidence),
    nothingIsStuck(evidence),
    oneWinnerEach(evidence),
    everyProcessEndsWell(evidence),
  ];
}

interface HandOut {
  execution: ExecutionEvidence;
  attempt: Attempt;
  row: Row | null;
}

function handOuts({ executions, rows }: Evidence): HandOut[] {
  const byPoll = new Map(rows.map((row) => [row.workerName, row]));
  return executions.flatMap((execution) =>
    execution.attempts.map((attempt) => ({
      execution,
      attempt,
      row: byPoll.get(attempt.workerName) ?? null,
    })),
  );
}

function tally(invariant: string) {
  const excused: Record<string, number> = {};
  const violations: string[] = [];
  let checked = 0;
  return {
    look: () => void (checked += 1),
    excuse: (why: string) => void (excused[why] = (excused[why] ?? 0) + 1),
    violate: (what: string) => void violations.push(what),
    verdict: (): Verdict => ({ invariant, checked, excused, violations }),
  };
}

function everyTokenHasARow(evidence: Evidence): Verdict {
  const { look, excuse, violate, verdict } = tally("every token handed to a live process has a row");
  for (const { execution, attempt, row } of handOuts(evidence)) {
    look();
    if (row !== null) continue;
    const why = whyLost(evidence, attempt);
    if (why === null) violate(`${execution.arn}: the token of ${attempt.workerName} has no row`);
    else excuse(why);
  }
  return verdict();
}

/** Which fault lost this token; null: none. */
function whyLost(
  { polls, kills, disturbances }: Evidence,
  { workerName, startedAt }: Attempt,
): string | null {
  const poll = polls.get(workerName);
  if (poll === undefined) return null;
  if (poll.replyDropped) return "the reply was dropped";
  const kill = kills.find(({ caller }) => caller === poll.caller);
  if (kill === undefined) return null;
  if (startedAt >= kill.at) return "its process was dead already";
  if (kill.at - startedAt <= storedWithinMs) return "its process was killed before it could store";
  const away = disturbances.some(
    ({ what, from, to }) =>
      what === "Postgres away" && from <= startedAt + storedWithinMs && to + storedWithinMs >= kill.at,
  );
  return away ? "its process was killed while Postgres was away" : null;
}

function everyDecisionArrivesOnce(evidence: Evidence): Verdict {
  const { look, excuse, violate, verdict } = tally(
    "every decision reached Step Functions once, or is shown as too late",
  );
  const endings = handOuts(evidence);
  for (const row of evidence.rows) {
    if (row.decision === null) continue;
    look();
    const { id } = row.decision;
    const arrivals = endings.filter(
      ({ attempt: { end, workerName } }) =>
        (end.kind === "succeeded" && end.output.includes(id)) ||
        (end.kind === "failed" && workerName === row.workerName),
    );
    if (row.delivery === "accepted") {
      if (arrivals.length !== 1)
        violate(`approval ${row.id}: its decision is shown as accepted and arrived ${arrivals.length} times`);
    } else if (row.delivery === "too_late") {
      if (arrivals.length === 0) excuse("shown as too late");
      else violate(`approval ${row.id}: its decision is shown as too late and arrived`);
    } else violate(`approval ${row.id}: its decision is shown as ${row.delivery ?? "nothing"}`);
  }
  return verdict();
}

function noHistoryContradicts(evidence: Evidence): Verdict {
  const { look, violate, verdict } = tally("no history contradicts Postgres");
  for (const { execution, attempt, row } of handOuts(evidence)) {
    look();
    const say = (what: string) => violate(`${execution.arn}, ${attempt.workerName}: ${what}`);
    const { end } = attempt;
    if (row === null) {
      if (end.kind === "succeeded" || end.kind === "failed")
        say(`history says ${end.kind}, Postgres knows no such task`);
      continue;
    }
    if (row.executionArn !== null && row.executionArn !== execution.arn)
      say(`Postgres says that it belongs to ${row.executionArn}`);
    const expected = expectedEnding(row);
    if (!expected.includes(end.kind))
      say(`history says ${end.kind}, Postgres ${row.status} (${row.delivery ?? "no answer"})`);
    if (end.kind === "failed" && end.cause !== (row.decision?.comment ?? end.cause))
      say("the cause is not the comment");
    if (end.kind === "succeeded" && execution.status !== "SUCCEEDED")
      say(`approved, and the execution is ${execution.status}`);
    if (end.kind === "failed" && execution.status !== "FAILED")
      say(`rejected, and the execution is ${execution.status}`);
  }
  const handedOut = new Set(
    evidence.executions.flatMap(({ attempts }) => attempts.map(({ workerName }) => workerName)),
  );
  for (const row of evidence.rows)
    if (!handedOut.has(row.workerName))
      violate(`approval ${row.id}: no history knows its poll ${row.workerName}`);
  return verdict();
}

function expectedEnding(row: Row): Attempt["end"]["kind"][] {
  if (row.status === "pending") return ["open"];
  if (row.status === "lapsed" || row.delivery === "too_late") return ["timed_out"];
  return row.status === "approved" ? ["succeeded"] : ["failed"];
}

function noHeartbeatRunsOut(evidence: Evidence): Verdict {
  const { look, excuse, violate, verdict } = tally(
    "no heartbeat ran out except where the fault itself caused it",
  );
  for (const { execution, attempt, row } of handOuts(evidence)) {
    look();
    if (attempt.end.kind !== "timed_out") continue;
    if (row === null) {
      // The first invariant judges how it was lost.
      excuse("its token was lost");
      continue;
    }
    const { at } = attempt.end;
    if (missedBeatsAreExplained(evidence, row, at)) excuse("faults hit its heartbeats");
    else
      violate(
        `${execution.arn}: the heartbeat of approval ${row.id} ran out at ${new Date(at).toISOString()}`,
      );
  }
  return verdict();
}

/**
 * A beat goes out at each third of HeartbeatSeconds, so two must have failed before one runs out: each of them met a fault of its own,
 * or a part was away when it was due.
 */
function missedBeatsAreExplained(
  { beats, disturbances, heartbeatSeconds }: Evidence,
  row: Row,
  at: number,
): boolean {
  const thirdMs = (heartbeatSeconds * 1000) / 3;
  return [1, 2].every((third) => {
    const due = at - heartbeatSeconds * 1000 + third * thirdMs;
    const from = due - 0.2 * thirdMs;
    const to = due + beatSlackMs;
    return (
      (beats.get(row.tokenHash) ?? []).some((beat) => beat.faulted && beat.at >= from && beat.at <= to) ||
      disturbances.some((each) => each.from <= to && each.to >= from)
    );
  });
}

function nothingIsStuck(evidence: Evidence): Verdict {
  const { look, excuse, violate, verdict } = tally("nothing pending is stuck");
  for (const row of evidence.rows) {
    look();
    if (row.status === "pending") violate(`approval ${row.id} is still pending`);
  }
  for (const [what, count] of Object.entries(evidence.leftovers)) {
    look();
    if (count !== 0) violate(`${what}: ${count}`);
  }
  const stored = new Set(evidence.rows.map(({ workerName }) => workerName));
  for (const { arn, status, attempts } of evidence.executions) {
    look();
    if (status !== "RUNNING") continue;
    const last = attempts.at(-1);
    const isLost =
      last !== undefined &&
      (last.end.kind === "open" || isJustOver(last, evidence)) &&
      !stored.has(last.workerName) &&
      whyLost(evidence, last) !== null;
    if (isLost && !evidence.lostTokensComeBack) excuse("waits until its lost token times out");
    else violate(`${arn} still runs`);
  }
  return verdict();
}

/** Its heartbeat ran out a moment before the workers stopped, or since: the execution still waits to try again. */
function isJustOver({ end }: Attempt, { stoppedAt }: Evidence): boolean {
  return end.kind === "timed_out" && stoppedAt - end.at <= retriedWithinMs;
}

function oneWinnerEach(evidence: Evidence): Verdict {
  const { look, excuse, violate, verdict } = tally(
    "each approval has one winner, and every decider is told the truth",
  );
  const rows = new Map(evidence.rows.map((row) => [row.id, row]));
  const won = new Map<string, number>();
  for (const reply of evidence.replies) {
    look();
    const row = meantBy(reply, evidence.rows) ?? rows.get(reply.approvalId);
    const say = (what: string) => violate(`approval ${reply.approvalId}, ${reply.decider}: ${what}`);
    if (reply.outcome === "unexpected") say(`was answered ${reply.detail}`);
    if (reply.outcome === "unanswered") excuse("a decider gave up waiting for an answer");
    if (reply.outcome === "ambiguous" && !mayMeanSeveral(reply, evidence.rows))
      say("was told that several match; there is one");
    if (reply.outcome === "lapsed" && row?.status !== "lapsed")
      say(`was told lapsed; it is ${row?.status ?? "unknown"}`);
    if (reply.outcome === "won") {
      const id = row?.id ?? reply.approvalId;
      won.set(id, (won.get(id) ?? 0) + 1);
      if (row?.decision?.verdict !== reply.verdict)
        say(`was told ${reply.verdict}; Postgres has ${row?.decision?.verdict ?? "none"}`);
    }
    if (
      (reply.outcome === "won" || reply.outcome === "already_decided") &&
      row?.decision?.id !== reply.decisionId
    )
      say(`was told of decision ${reply.decisionId}; Postgres has ${row?.decision?.id ?? "none"}`);
  }
  for (const row of evidence.rows) {
    if (row.decision === null) continue;
    const winners = won.get(row.id) ?? 0;
    const unanswered = evidence.replies.some(
      (reply) => reply.approvalId === row.id && reply.outcome === "unanswered",
    );
    if (winners !== 1 && !(winners === 0 && unanswered)) violate(`approval ${row.id} has ${winners} winners`);
  }
  return verdict();
}

/** By its commit, and a token of that commit came anew. */
function mayMeanSeveral({ byCommit, approvalId }: Reply, rows: readonly Row[]): boolean {
  const commit = rows.find(({ id }) => id === approvalId)?.commit ?? null;
  return byCommit && commit !== null && rows.filter((row) => row.commit === commit).length > 1;
}

/** Of several approvals of one commit (a token came anew), the one whose decision the reply names, or that lapsed as it says. */
function meantBy({ byCommit, approvalId, decisionId, outcome }: Reply, rows: readonly Row[]): Row | null {
  if (!byCommit) return null;
  const commit = rows.find(({ id }) => id === approvalId)?.commit ?? null;
  const others = commit === null ? [] : rows.filter((row) => row.commit === commit);
  const isMeant = ({ decision, status }: Row) =>
    outcome === "lapsed" ? status === "lapsed" : decisionId !== null && decision?.id === decisionId;
  return others.find(isMeant) ?? null;
}

function everyProcessEndsWell({ exits }: Evidence): Verdict {
  const { look, violate, verdict } = tally("every process stopped cleanly when it was asked to");
  for (const { name, code } of exits) {
    look();
    if (code !== 0) violate(`${name} ended with exit code ${code}`);
  }
  return verdict();
}
