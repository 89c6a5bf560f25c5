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

/** Whose executions: a state machine's, or those that run the items of a distributed Map. */
export type Parent = { readonly stateMachineArn: string } | { readonly mapRunArn: string };

/** Pages of running executions that may have handed out a task at `since`. */
export type Candidates = (parent: Parent, since: Date) => AsyncGenerator<string[]>;

/** Map runs come and go; a list that is forgotten is read again. */
const listingsKept = 1_000;

export function createCandidates(client: SFNClient, clock: Pick<Clock, "now">): Candidates {
  const listings = new Map<string, Listing>();
  const nowMs = () => clock.now().getTime();

  /** What an older list shows comes first and costs nothing; a new one is read when that did not help. */
  return async function* candidates(parent: Parent, since: Date): AsyncGenerator<string[]> {
    const key = arnOf(parent);
    let listing = listings.get(key);
    if (listing !== undefined) yield* inPages(listing.arns);
    if (listing === undefined || isOld(listing, since, nowMs())) {
      const listedAtMs = nowMs();
      listing = { listedAtMs, ...(await listRunning(client, parent, undefined)) };
      if (listings.size >= listingsKept) listings.clear();
      listings.set(key, listing);
      yield listing.arns;
    }
    while (listing.next !== undefined) {
      const page = await listRunning(client, parent, listing.next);
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

export function arnOf(parent: Parent): string {
  return "mapRunArn" in parent ? parent.mapRunArn : parent.stateMachineArn;
}

function* inPages(arns: readonly string[]): Generator<string[]> {
  for (let at = 0; at < arns.length; at += executionsPerPage) yield arns.slice(at, at + executionsPerPage);
}

/** Newest first: a task that was just handed out most often belongs to one of them. */
async function listRunning(
  client: SFNClient,
  parent: Parent,
  nextToken: string | undefined,
): Promise<{ arns: string[]; next: string | undefined }> {
  const page = await client.send(
    new ListExecutionsCommand({
      ...parent,
      statusFilter: "RUNNING",
      maxResults: executionsPerPage,
      ...(nextToken === undefined ? {} : { nextToken }),
    }),
  );
  return {
    // Items of a distributed Map may be Express executions, which hold no activity and have no history.
    arns: (page.executions ?? []).flatMap(({ executionArn = "" }) =>
      executionArn === "" || executionArn.includes(":express:") ? [] : executionArn,
    ),
    next: page.nextToken,
  };
}
