import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Clock } from "../../application/ports/runtime.ts";
import { StepFunctionsUnavailable } from "../../application/ports/unavailable.ts";
import { errorName } from "./errors.ts";
import {
  arnOf,
  createCandidates,
  executionsPerPage,
  lagMs,
  type Candidates,
  type Parent,
} from "./candidates.ts";
import type { Forbidden } from "./forbidden.ts";
import { readTasks, type Look, type Reading } from "./history.ts";
import { createMachineFinder } from "./machine-finder.ts";
import type { TaskTrace } from "./task-line.ts";

/** Tasks by the name of the poll that took them. */
export type FoundTasks = Map<string, { executionArn: string; trace: TaskTrace }>;

export interface FindExecution {
  /**
   * Looks through the running executions of those state machines that name the activity. Returns all that it saw on the way, the task
   * looked for among them or not. Throws StepFunctionsUnavailable when there is more to read than one look may.
   */
  running(activityArn: string, look: Look): Promise<FoundTasks>;
  /** The same among executions that have ended since the task was handed out. */
  ended(activityArn: string, look: Look): Promise<FoundTasks>;
}

/** Which of these executions already have a pending approval that history has proven: their turn comes last. */
export type Matched = (executionArns: readonly string[]) => Promise<ReadonlySet<string>>;

/** History refills 20 calls a second for the whole account: one look takes no more than this many of them. */
const readsPerLook = 50;
/** Readings remembered, so that an execution that cannot be the one is not read again. */
const readingsKept = 200_000;
const seenKept = 10_000;
/** Executions whose map runs are remembered. Of each, the newest count: those before them have most often ended. */
const mapRunsKept = 1_000;
const mapRunsPerExecution = 10;
/** Ended executions are looked through for a lost reply alone: so many of the newest. */
const endedPages = 3;

export function createFindExecution(
  client: SFNClient,
  clock: Pick<Clock, "now">,
  matched: Matched,
  forbidden: Forbidden,
): FindExecution {
  const finder = createMachineFinder(client, clock, forbidden);
  const readings = createReadings(client, clock, forbidden);
  const candidates = createCandidates(client, clock);

  const search = createSearch(candidates, readings, matched, forbidden);

  return {
    async running(activityArn, look) {
      const found: FoundTasks = new Map();
      const seenIn = readings.seenIn(look.workerName);
      if (seenIn !== undefined) {
        await readings.read(seenIn, look, found);
        return found;
      }
      const known = await finder.thatUse(activityArn);
      if ((await search(known, look, found)) || !finder.forget(look.since)) return found;
      // A state machine that was made or changed since the definitions were read.
      const others = (await finder.thatUse(activityArn)).filter((arn) => !known.includes(arn));
      await search(others, look, found);
      return found;
    },
    async ended(activityArn, look) {
      const found: FoundTasks = new Map();
      for (const machine of await finder.thatUse(activityArn)) {
        const ended = await listEnded(client, machine, look.since).catch((error: unknown) => {
          if (isOfThisOne(error, machine, forbidden)) return [];
          throw error;
        });
        for (const arn of ended) {
          await readings.read(arn, look, found);
          if (found.has(look.workerName)) return found;
        }
      }
      return found;
    },
  };
}

/** Looks through the running executions of some machines; true: the task is among what was `found`. */
function createSearch(
  candidates: Candidates,
  readings: Readings,
  matched: Matched,
  forbidden: Forbidden,
): (machines: readonly string[], look: Look, found: FoundTasks) => Promise<boolean> {
  return async function search(machines: readonly string[], look: Look, found: FoundTasks): Promise<boolean> {
    const seen: string[] = [];
    let left = readsPerLook;
    const readAll = async (arns: Iterable<string>) => {
      for (const arn of arns) {
        if (readings.covers(arn, look.since)) continue;
        if ((left -= 1) < 0)
          throw new StepFunctionsUnavailable("more executions than one look reads; it goes on");
        await readings.read(arn, look, found);
        if (found.has(look.workerName)) return true;
      }
      return false;
    };
    const later: string[] = [];
    const searchIn = async (parent: Parent) => {
      for await (const arns of candidates(parent, look.since)) {
        seen.push(...arns);
        const unread = arns.filter((arn) => !readings.covers(arn, look.since));
        const known = unread.length === 0 ? new Set<string>() : await matched(unread);
        later.push(...known);
        if (await readAll(unread.filter((arn) => !known.has(arn)))) return true;
      }
      return false;
    };
    const searchEach = async (parents: readonly Parent[]) => {
      for (const parent of parents) {
        try {
          if (await searchIn(parent)) return true;
        } catch (error) {
          if (!isOfThisOne(error, arnOf(parent), forbidden)) throw error;
        }
      }
      return false;
    };
    if (await searchEach(machines.map((stateMachineArn) => ({ stateMachineArn })))) return true;
    // The items of a distributed Map may have such Maps themselves.
    const asked = new Set<string>();
    const unasked = () => readings.mapRunsIn(seen, asked);
    for (let runs = unasked(); runs.length > 0; runs = unasked()) {
      for (const each of runs) asked.add(each);
      if (await searchEach(runs.map((mapRunArn) => ({ mapRunArn })))) return true;
    }
    return readAll(later);
  };
}

type Readings = ReturnType<typeof createReadings>;

/** Remembers when each execution was read last: that showed every task that was handed out before, so none is read twice for one. */
function createReadings(client: SFNClient, clock: Pick<Clock, "now">, forbidden: Forbidden) {
  const readAtMs = new Map<string, number>();
  const seen = new Map<string, string>();
  const mapRuns = new Map<string, readonly string[]>();
  return {
    /** A reading from the future was made before the clock was set back, and tells nothing. */
    covers(arn: string, since: Date): boolean {
      const atMs = readAtMs.get(arn) ?? -Infinity;
      return atMs >= since.getTime() + lagMs && atMs <= clock.now().getTime();
    },
    seenIn: (workerName: string) => seen.get(workerName),
    async read(executionArn: string, look: Look, found: FoundTasks): Promise<void> {
      const atMs = clock.now().getTime();
      const { tasks, mapRunArns } = await readIfAllowed(client, executionArn, look, forbidden);
      for (const [name, trace] of tasks) {
        found.set(name, { executionArn, trace });
        keepNewest(seen, name, executionArn, seenKept);
      }
      keepNewest(readAtMs, executionArn, atMs, readingsKept);
      if (mapRunArns.length > 0) keepNewest(mapRuns, executionArn, mapRunArns, mapRunsKept);
    },
    /** Of these executions, as far as they have been read, without those that have been asked for. */
    mapRunsIn(executionArns: readonly string[], asked: ReadonlySet<string>): string[] {
      const runs = executionArns.flatMap((arn) => mapRuns.get(arn)?.slice(0, mapRunsPerExecution) ?? []);
      return [...new Set(runs)].filter((arn) => !asked.has(arn));
    },
  };
}

/** A Map keeps the order of insertion: the first key is the oldest. */
function keepNewest<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}

/** One execution that cannot be read must not hide the others; throttling concerns them all. */
async function readIfAllowed(
  client: SFNClient,
  executionArn: string,
  look: Look,
  forbidden: Forbidden,
): Promise<Reading> {
  try {
    return await readTasks(client, executionArn, look);
  } catch (error) {
    const isGone = errorName(error) === "ExecutionDoesNotExist";
    if (isGone || forbidden.skip(error, "GetExecutionHistory", executionArn))
      return { tasks: new Map(), mapRunArns: [] };
    throw error;
  }
}

/** One state machine or map run that is gone, or that we may not list, must not hide the others. */
function isOfThisOne(error: unknown, arn: string, forbidden: Forbidden): boolean {
  const name = errorName(error);
  const isGone = name === "StateMachineDoesNotExist" || name === "ResourceNotFound";
  return isGone || forbidden.skip(error, "ListExecutions", arn);
}

async function listEnded(client: SFNClient, stateMachineArn: string, since: Date): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < endedPages; pages += 1) {
    const page = await client.send(
      new ListExecutionsCommand({
        stateMachineArn,
        maxResults: executionsPerPage,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    for (const { executionArn, stopDate } of page.executions ?? [])
      if (executionArn !== undefined && stopDate !== undefined && stopDate >= since) found.push(executionArn);
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return found.slice(0, readsPerLook);
}
