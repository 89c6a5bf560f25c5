import { checkLink, type AuditFault, type ChainedEvent } from "../domain/audit-chain.ts";
import { differencesOf } from "../domain/shown-decision.ts";
import type { CheckpointFault, SealedHead } from "../domain/audit-checkpoint.ts";
import { verifyCheckpoints, type Anchor, type CheckpointDeps, type SealedEnd } from "./verify-checkpoints.ts";

export interface AuditReport {
  events: number;
  streams: number;
  /** The newest checkpoint. Kept elsewhere and given to a later verification, it shows if the whole database was set back. */
  newest: Anchor | null;
  /** Ids of keys, and how many checkpoints each has signed. */
  signedBy: ReadonlyMap<string, number>;
  /** Streams whose last events wait for the next checkpoint. */
  unsealed: number;
  /** Checkpoints first, then events by stream and number; empty: everything holds. */
  faults: (CheckpointFault | AuditFault)[];
}

/** More faults than this help nobody. */
const faultsMax = 100;

/**
 * Recomputes the whole trail: signatures and chain of the checkpoints, the chain of each stream, that each stream reaches as far as the
 * checkpoints say, that what lies beyond waits for the next one, and that approvals,
 * decisions and votes have their events and are shown as these tell.
 */
export async function verifyAudit(deps: CheckpointDeps, anchor: Anchor | null = null): Promise<AuditReport> {
  const signed = await verifyCheckpoints(deps, { newest: null, anchor });
  const { events, streams, beyond, faults } = await verifyStreams(deps, signed.sealed);
  for (const [stream, { checkpoint, seq }] of signed.sealed)
    faults.push({
      stream,
      seq: 1,
      what: `is missing with all its stream: checkpoint ${checkpoint} saw ${seq} events`,
    });
  // In this order: a stream that is no longer marked when we ask is in a checkpoint by then.
  const marked = await deps.audit.unsealedOf([...beyond.keys()]);
  const later = await verifyCheckpoints(deps, { newest: signed.newest, anchor: null });
  for (const [stream, reached] of beyond) {
    // A checkpoint that is broken, too, says it better.
    if (!marked.has(stream) && !later.sealed.has(stream) && signed.faults.length === 0)
      faults.push({
        stream,
        seq: reached + 1,
        what: "is in no checkpoint and waits for none: checkpoints were taken away",
      });
  }
  for (const { approvalId, what } of await deps.audit.untold(faultsMax))
    faults.push({ stream: approvalId, seq: 1, what: `is missing or changed: the approval ${what}` });
  for await (const batch of deps.audit.shown())
    for (const shown of batch) if (faults.length < faultsMax) faults.push(...differencesOf(shown));
  return {
    events,
    streams,
    newest: later.newest ?? signed.newest,
    signedBy: new Map([...signed.signedBy, ...later.signedBy]),
    unsealed: beyond.size,
    faults: [...signed.faults, ...later.faults, ...faults].slice(0, faultsMax),
  };
}

interface Streams {
  events: number;
  streams: number;
  /** Streams that go on after their last checkpoint, and the number of the event that it saw. */
  beyond: Map<string, number>;
  faults: (CheckpointFault | AuditFault)[];
}

/** Takes each stream that it meets out of `sealed`: what is left there has no event at all. */
async function verifyStreams(deps: CheckpointDeps, sealed: Map<string, SealedEnd>): Promise<Streams> {
  const found: Streams = { events: 0, streams: 0, beyond: new Map(), faults: [] };
  const tell = (fault: AuditFault) => void (found.faults.length < faultsMax && found.faults.push(fault));
  const end = (last: ChainedEvent) => {
    const { seq, checkpoint } = sealed.get(last.stream) ?? { seq: 0, checkpoint: 0 };
    sealed.delete(last.stream);
    if (last.seq > seq) found.beyond.set(last.stream, seq);
    if (last.seq < seq)
      tell({
        stream: last.stream,
        seq: last.seq + 1,
        what: `is missing: checkpoint ${checkpoint} saw ${seq} events`,
      });
  };
  let previous: ChainedEvent | null = null;
  let sealedEnd: SealedEnd | undefined;
  for await (const batch of deps.audit.all()) {
    for (const event of batch) {
      if (previous?.stream !== event.stream) {
        if (previous !== null) end(previous);
        previous = null;
        sealedEnd = sealed.get(event.stream);
        found.streams += 1;
      }
      found.events += 1;
      const fault = checkLink(previous, event, deps.chaining.digest);
      if (fault !== null) tell(fault);
      if (event.seq === sealedEnd?.seq && event.hash !== sealedEnd.hash && fault === null)
        tell(await firstReplaced(deps, event));
      previous = event;
    }
  }
  if (previous !== null) end(previous);
  return found;
}

/** The chain holds and yet is not the one that was sealed: looks for the first event that a checkpoint saw otherwise. */
async function firstReplaced({ audit }: CheckpointDeps, { stream, seq }: ChainedEvent): Promise<AuditFault> {
  let lastGood = 0;
  for await (const { seq: checkpoint, heads } of audit.checkpoints(0)) {
    for (const head of JSON.parse(heads) as SealedHead[]) {
      if (head[0] !== stream) continue;
      if ((await audit.hashOf(stream, head[1])) !== head[2])
        return {
          stream,
          seq: lastGood + 1,
          what: `was replaced, or one up to event ${head[1]}, which checkpoint ${checkpoint} saw otherwise`,
        };
      lastGood = head[1];
    }
  }
  return { stream, seq, what: "was replaced: a checkpoint saw it otherwise" };
}
