import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Clock } from "../../application/ports/runtime.ts";

/** The most that ListExecutions gives at once (API reference). */
export const executionsPerPage = 1000;
/** Lists and histories lag behind: what was read within this time of a hand-out must be read again for it. */
export const lagMs = 2_000;
/** ListExecutions refills five calls a second at most: many searches share one list. */
const relistMs = 1_000;

interface Listing {
  listedAtMs: number;
  arns: string[];
  next: string | undefined;
}

/** Pages of running executions that may have handed out a task at `since`. */
export type Candidates = (stateMachineArn: string, since: Date) => AsyncGenerator<string[]>;

export function createCandidates(client: SFNClient, clock: Pick<Clock, "now">): Candidates {
  const listings = new Map<string, Listing>();
  const nowMs = () => clock.now().getTime();

  /** What an older list shows comes first and costs nothing; a new one is read when that did not help. */
  return async function* candidates(stateMachineArn: string, since: Date): AsyncGenerator<string[]> {
    let listing = listings.get(stateMachineArn);
    if (listing !== undefined) yield* inPages(listing.arns);
    if (listing === undefined || isOld(listing, since, nowMs())) {
      const listedAtMs = nowMs();
      listing = { listedAtMs, ...(await listRunning(client, stateMachineArn, undefined)) };
      listings.set(stateMachineArn, listing);
      yield listing.arns;
    }
    while (listing.next !== undefined) {
      const page = await listRunning(client, stateMachineArn, listing.next);
      listing.arns.push(...page.arns);
      listing.next = page.next;
      yield page.arns;
    }
  };
}

/** One from the future was made before the clock was set back. */
function isOld({ listedAtMs }: Listing, since: Date, nowMs: number): boolean {
  return listedAtMs > nowMs || (listedAtMs < since.getTime() + lagMs && nowMs - listedAtMs >= relistMs);
}

function* inPages(arns: readonly string[]): Generator<string[]> {
  for (let at = 0; at < arns.length; at += executionsPerPage) yield arns.slice(at, at + executionsPerPage);
}

/** Newest first: a task that was just handed out most often belongs to one of them. */
async function listRunning(
  client: SFNClient,
  stateMachineArn: string,
  nextToken: string | undefined,
): Promise<{ arns: string[]; next: string | undefined }> {
  const page = await client.send(
    new ListExecutionsCommand({
      stateMachineArn,
      statusFilter: "RUNNING",
      maxResults: executionsPerPage,
      ...(nextToken === undefined ? {} : { nextToken }),
    }),
  );
  return {
    arns: (page.executions ?? []).flatMap(({ executionArn }) => executionArn ?? []),
    next: page.nextToken,
  };
}
