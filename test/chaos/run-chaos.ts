import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { seededRandom } from "../../local/step-functions/asl/seeded-random.ts";
import { collectExecutions, collectRows, countLeftovers } from "./collect.ts";
import { startDeciders, type Deciders } from "./decide.ts";
import { disturb } from "./disturb.ts";
import type { Disturbance, Evidence } from "./evidence.ts";
import { judge, type Verdict } from "./invariants.ts";
import type { Plan } from "./plan.ts";
import { openSurroundings, type Surroundings } from "./surroundings.ts";

export interface Outcome {
  verdicts: Verdict[];
  /** What went on, in numbers. */
  summary: Record<string, unknown>;
}

/** One run: everything starts, goes wrong for a while, comes to rest, stops, and is judged by history and Postgres. */
export async function runChaos(
  plan: Plan,
  redisProgram: string | null,
  say: (line: string) => void,
): Promise<Outcome> {
  const random = seededRandom(plan.seed);
  const startedAt = Date.now();
  const sinceStart = () => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  `;
  const log = (line: string) => say(sinceStart() + line);
  const stalls = watchStalls();
  await using around = await openSurroundings(plan, redisProgram);
  const deciders = await around.bots(["ada", "ben", "cleo", "dan"]);
  log(`${plan.workers} workers and the API are ready`);
  const deciding = startDeciders(
    { apiUrl: around.apiUrl, deciders, random: seededRandom(plan.seed + 1) },
    plan,
  );
  const [arns, disturbed] = await Promise.all([
    startExecutions(around, plan),
    disturb(around, plan, random, log),
  ]);
  log(`${arns.length} executions started; nothing goes wrong any more`);
  await rest(around, plan, arns, startedAt + plan.limitMs - plan.judgeMs);
  await deciding.close();
  log("all is at rest; stopping");
  const died = around.all.filter(({ process }) => process.child.exitCode !== null);
  for (const { name, process } of died)
    log(`${name} ended by itself with exit code ${process.child.exitCode}`);
  const evidence = await gather(around, plan, { arns, deciding, ...disturbed, stalls: stalls.stop() });
  const verdicts = judge(evidence);
  if (verdicts.some(({ violations }) => violations.length > 0))
    log(`logs: ${await keepLogs(around, plan, evidence)}`);
  const { calls, faults } = await around.endpoint.report();
  return {
    verdicts,
    summary: summaryOf(evidence, { calls, faults, seconds: Math.round((Date.now() - startedAt) / 1000) }),
  };
}

async function startExecutions({ sfn, stateMachineArn }: Surroundings, plan: Plan): Promise<string[]> {
  const arns: string[] = [];
  const beganAt = Date.now();
  for (let number = 0; number < plan.approvals; number += 1) {
    const dueMs = (number / plan.approvals) * plan.startOverMs - (Date.now() - beganAt);
    if (dueMs > 0) await delay(dueMs);
    const commit = number.toString(16).padStart(40, "0");
    const input = JSON.stringify({ commit, repository: "acme/shop" });
    const { executionArn = "" } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: `run-${number}`, input }),
    );
    arns.push(executionArn);
  }
  return arns;
}

/** Until nothing waits any more, or the deadline: what still waits then is stuck. */
async function rest(
  around: Surroundings,
  plan: Plan,
  arns: readonly string[],
  deadline: number,
): Promise<void> {
  let running = [...arns];
  while (Date.now() < deadline) {
    const still: string[] = [];
    for (const executionArn of running) {
      const { status } = await around.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING") still.push(executionArn);
    }
    running = still;
    const rows = await collectRows(around.databaseUrl);
    const left = await countLeftovers(around.databaseUrl);
    const known = new Set(rows.map((row) => row.executionArn));
    const waited = running.filter((arn) => plan.lostTokensComeBack || known.has(arn));
    if (
      waited.length === 0 &&
      left.pending === 0 &&
      left["answers owed"] === 0 &&
      (await noneIsNew(around, running, known))
    )
      return;
    await delay(500);
  }
}

/** A task that has come and is not stored yet has an open poll behind it, or was lost; two looks apart tell. */
async function noneIsNew(
  around: Surroundings,
  running: readonly string[],
  known: ReadonlySet<string | null>,
): Promise<boolean> {
  if (running.length === 0) return true;
  await delay(2_000);
  const rows = await collectRows(around.databaseUrl);
  return rows.every((row) => known.has(row.executionArn));
}

async function gather(
  around: Surroundings,
  plan: Plan,
  given: {
    arns: string[];
    deciding: Deciders;
    kills: Evidence["kills"];
    disturbances: Disturbance[];
    stalls: Disturbance[];
  },
): Promise<Evidence> {
  const jobs = await queueJobs(around.apiUrl, plan.queueEmptyWithinMs);
  const { pending: _pending, ...leftovers } = await countLeftovers(around.databaseUrl);
  around.endpoint.releasePolls();
  const stoppedAt = Date.now();
  // One that ended by itself before it was asked shows its own exit code.
  const asked = [{ caller: "api", process: around.api }, ...around.workers];
  const exits = await Promise.all(
    asked.map(async ({ caller, process }) => ({ name: caller, code: (await process.kill("SIGTERM")).code })),
  );
  const { polls, beats } = await around.endpoint.report();
  const byHash = new Map<string, { at: number; faulted: boolean }[]>();
  for (const { hash, ...beat } of beats) byHash.set(hash, [...(byHash.get(hash) ?? []), beat]);
  return {
    executions: await collectExecutions(around.sfn, given.arns),
    rows: await collectRows(around.databaseUrl),
    polls: new Map(polls.map(({ workerName, ...poll }) => [workerName, poll])),
    beats: byHash,
    kills: given.kills,
    disturbances: [...given.disturbances, ...given.stalls],
    replies: given.deciding.replies,
    leftovers: { ...leftovers, "jobs in the queue": jobs },
    exits,
    stoppedAt,
    heartbeatSeconds: plan.heartbeatSeconds,
    lostTokensComeBack: plan.lostTokensComeBack,
  };
}

/** By the product's own metric, asked until it says 0: BullMQ takes a dead worker's jobs back after half a minute. */
async function queueJobs(apiUrl: string, limitMs: number | null): Promise<number> {
  if (limitMs === null) return 0;
  const deadline = Date.now() + limitMs;
  for (;;) {
    const text = await fetch(`${apiUrl}/metrics`).then(
      (response) => response.text(),
      () => "",
    );
    const jobs = Number(/^countersign_queue_jobs (.*)$/m.exec(text)?.[1] ?? NaN);
    if (jobs === 0 || Date.now() > deadline) return jobs;
    await delay(500);
  }
}

/** A machine that gives nobody a turn for a second is a fault, too, and nobody's promise. */
function watchStalls() {
  const stalls: Disturbance[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > 1_250) stalls.push({ what: "the machine stalled", from: last, to: now });
    last = now;
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      return stalls;
    },
  };
}

async function keepLogs(around: Surroundings, { seed }: Plan, evidence: Evidence): Promise<string> {
  const folder = join(tmpdir(), `countersign-chaos-${seed}`);
  await mkdir(folder, { recursive: true });
  for (const { name, process } of around.all) await writeFile(join(folder, `${name}.log`), process.output());
  const plain = { ...evidence, polls: [...evidence.polls], beats: [...evidence.beats] };
  await writeFile(join(folder, "evidence.json"), JSON.stringify(plain));
  return folder;
}

function summaryOf(
  evidence: Evidence,
  numbers: { calls: number; faults: Record<string, number>; seconds: number },
) {
  const count = <T>(items: readonly T[], key: (item: T) => string) => {
    const counts: Record<string, number> = {};
    for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
    return counts;
  };
  return {
    seconds: numbers.seconds,
    executions: count(evidence.executions, ({ status }) => status),
    approvals: count(evidence.rows, ({ status, delivery }) =>
      delivery === null ? status : `${status}, ${delivery}`,
    ),
    deciders: count(evidence.replies, ({ outcome }) => outcome),
    disturbances: count(evidence.disturbances, ({ what }) => what),
    "calls of Step Functions": numbers.calls,
    "of them went wrong": numbers.faults,
  };
}
