import { DescribeStateMachineCommand, ListStateMachinesCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Clock } from "../../application/ports/runtime.ts";
import { errorName } from "./errors.ts";

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
export function createMachineFinder(client: SFNClient, clock: Pick<Clock, "now">): MachineFinder {
  const definitions = new Map<string, { text: string; readAtMs: number }>();
  let completeAtMs = -Infinity;
  let reading: Promise<void> | null = null;
  let staleBeforeMs = -Infinity;
  const nowMs = () => clock.now().getTime();

  const read = async () => {
    const startedAtMs = nowMs();
    const listed = await listMachines(client);
    for (const arn of definitions.keys()) if (!listed.has(arn)) definitions.delete(arn);
    for (const arn of listed) {
      const known = definitions.get(arn);
      if (known !== undefined && known.readAtMs > Math.max(staleBeforeMs, startedAtMs - keptMs)) continue;
      const readAtMs = nowMs();
      definitions.set(arn, { text: await readDefinition(client, arn), readAtMs });
    }
    completeAtMs = startedAtMs;
  };
  return {
    async thatUse(activityArn) {
      if (nowMs() - completeAtMs > keptMs || completeAtMs <= staleBeforeMs)
        await (reading ??= read().finally(() => (reading = null)));
      return [...definitions].filter(([, { text }]) => text.includes(activityArn)).map(([arn]) => arn);
    },
    forget(since) {
      if (completeAtMs > since.getTime() || nowMs() - since.getTime() < patienceMs) return false;
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

/** Empty: gone meanwhile, or one that our role may not read. Least privilege shows only the machines that use our activities. */
async function readDefinition(client: SFNClient, stateMachineArn: string): Promise<string> {
  try {
    const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return definition ?? "";
  } catch (error) {
    const name = errorName(error);
    if (name === "StateMachineDoesNotExist" || (name !== null && name.startsWith("AccessDenied"))) return "";
    throw error;
  }
}
