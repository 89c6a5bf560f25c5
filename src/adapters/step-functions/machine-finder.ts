import { DescribeStateMachineCommand, ListStateMachinesCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Clock } from "../../application/ports/runtime.ts";
import { errorName } from "./errors.ts";
import { isForbidden, type Forbidden } from "./forbidden.ts";

/** Definitions change seldom. */
const keptMs = 60_000;
/** A machine that is looked for right after it was made or changed is found a moment later: reading all of them is dear. */
const patienceMs = 2_000;

export interface MachineFinder {
  /** State machines whose definition names an activity, as of `since` if they are not found among those known. */
  thatUse(activityArn: string): Promise<string[]>;
  /** True: the definitions were read before `since`, so one may be new; the next question reads them again. */
  forget(since: Date): boolean;
}

/** What was read stays when a call fails: the next try goes on from there. */
export function createMachineFinder(
  client: SFNClient,
  clock: Pick<Clock, "now">,
  forbidden: Forbidden,
): MachineFinder {
  const definitions = new Map<string, Definition & { readAtMs: number }>();
  let completeAtMs = -Infinity;
  let reading: Promise<void> | null = null;
  let staleBeforeMs = -Infinity;
  const nowMs = () => clock.now().getTime();
  /** What was read in the future was read before the clock was set back. */
  const isNewerThan = (atMs: number, ms: number) => atMs > ms && atMs <= nowMs();

  const read = async () => {
    const startedAtMs = nowMs();
    const listed = await listMachines(client);
    for (const arn of definitions.keys()) if (!listed.has(arn)) definitions.delete(arn);
    for (const arn of listed) {
      const known = definitions.get(arn);
      if (known !== undefined && isNewerThan(known.readAtMs, Math.max(staleBeforeMs, startedAtMs - keptMs)))
        continue;
      const readAtMs = nowMs();
      definitions.set(arn, { ...(await readDefinition(client, arn)), readAtMs });
    }
    completeAtMs = startedAtMs;
  };
  /** Least privilege shows only the machines that use our activities: that others are hidden is news only where none is shown. */
  const tellOfForbidden = () => {
    for (const [arn, { refusal }] of definitions)
      if (refusal !== null) forbidden.skip(refusal, "DescribeStateMachine", arn);
  };
  return {
    async thatUse(activityArn) {
      if (!isNewerThan(completeAtMs, Math.max(staleBeforeMs, nowMs() - keptMs)))
        await (reading ??= read().finally(() => (reading = null)));
      const found = [...definitions].filter(([, { text }]) => text.includes(activityArn)).map(([arn]) => arn);
      if (found.length === 0) tellOfForbidden();
      return found;
    },
    forget(since) {
      if (isNewerThan(completeAtMs, since.getTime()) || nowMs() - since.getTime() < patienceMs) return false;
      staleBeforeMs = since.getTime();
      return true;
    },
  };
}

/** Express workflows support no activities. */
async function listMachines(client: SFNClient): Promise<Set<string>> {
  const found = new Set<string>();
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListStateMachinesCommand({ maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    for (const { stateMachineArn, type } of page.stateMachines ?? [])
      if (stateMachineArn !== undefined && type !== "EXPRESS") found.add(stateMachineArn);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

interface Definition {
  /** Empty: gone meanwhile, or one that our role may not read. */
  text: string;
  refusal: unknown;
}

async function readDefinition(client: SFNClient, stateMachineArn: string): Promise<Definition> {
  try {
    const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return { text: definition ?? "", refusal: null };
  } catch (error) {
    if (errorName(error) === "StateMachineDoesNotExist") return { text: "", refusal: null };
    if (isForbidden(error)) return { text: "", refusal: error };
    throw error;
  }
}
