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
  /** The next page is on its way, for whoever wants it. */
  reading: Promise<void> | null;
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
    let at = listing === undefined ? 0 : yield* pagesFrom(0, listing);
    if (listing === undefined || isOld(listing, since, nowMs())) {
      const listedAtMs = nowMs();
      listing = { listedAtMs, ...(await listRunning(client, parent, undefined)), reading: null };
      if (listings.size >= listingsKept) listings.clear();
      listings.set(key, listing);
      at = 0;
    }
    // Others may read on meanwhile: everybody goes through all of it.
    for (at = yield* pagesFrom(at, listing); listing.next !== undefined; at = yield* pagesFrom(at, listing))
      await readOn(client, parent, listing);
  };
}

/** What is in the list by now, from a place on. Returns the place after it. */
function* pagesFrom(from: number, { arns }: Listing): Generator<string[], number> {
  let at = from;
  while (at < arns.length) {
    const page = arns.slice(at, at + executionsPerPage);
    // Before it is given away: the list may grow meanwhile.
    at += page.length;
    yield page;
  }
  return at;
}

function readOn(client: SFNClient, parent: Parent, listing: Listing): Promise<void> {
  const read = async () => {
    const page = await listRunning(client, parent, listing.next);
    listing.arns.push(...page.arns);
    listing.next = page.next;
  };
  return (listing.reading ??= read().finally(() => (listing.reading = null)));
}

/** One from the future was made before the clock was set back. */
function isOld({ listedAtMs }: Listing, since: Date, nowMs: number): boolean {
  return listedAtMs > nowMs || (listedAtMs < since.getTime() + lagMs && nowMs - listedAtMs >= relistMs);
}

export function arnOf(parent: Parent): string {
  return "mapRunArn" in parent ? parent.mapRunArn : parent.stateMachineArn;
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
