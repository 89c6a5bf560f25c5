import { genesis, type AuditFault, type ChainedEvent } from "./audit-chain.ts";

type Link = Pick<ChainedEvent, "stream" | "seq" | "previousHash" | "hash">;

/** Events of one stream that follow one another. */
interface Run {
  first: Pick<Link, "seq" | "previousHash">;
  /** Where the first one was met. */
  place: number;
  last: Pick<Link, "seq" | "hash">;
}

export interface Gap extends AuditFault {
  /** Where the event after the gap was met. */
  place: number;
}

/**
 * Follows the chains of a part of the trail that comes in order of time: clocks of two servers differ, so an event may come before its
 * predecessor.
 */
export class AuditRuns {
  private readonly streams = new Map<string, Run[]>();

  /** `place`: where it was met, for whoever looks for it. Returns how it does not fit to its neighbours that came before it; null: it fits. */
  add({ stream, seq, previousHash, hash }: Link, place: number): string | null {
    const runs = this.streams.get(stream) ?? [];
    this.streams.set(stream, runs);
    if (seq === 1 && previousHash !== genesis.hash)
      return "does not begin its stream: an event was before it";
    if (runs.some(({ first, last }) => first.seq <= seq && seq <= last.seq))
      return `is there twice, as event ${seq} of stream ${stream}`;
    const before = runs.find(({ last }) => last.seq === seq - 1);
    const after = runs.find(({ first }) => first.seq === seq + 1);
    const fault =
      before !== undefined && before.last.hash !== previousHash
        ? `does not follow event ${seq - 1} of its stream`
        : after !== undefined && after.first.previousHash !== hash
          ? `is not followed by event ${seq + 1} of its stream`
          : null;
    const joined = {
      first: before?.first ?? { seq, previousHash },
      place: before?.place ?? place,
      last: after?.last ?? { seq, hash },
    };
    const others = runs.filter((run) => run !== before && run !== after);
    this.streams.set(stream, [...others, joined]);
    return fault;
  }

  /** Events that are missing between two of their stream that are here, by stream. */
  *gaps(): Generator<Gap> {
    for (const [stream, runs] of this.streams) {
      const inOrder = runs.toSorted((one, other) => one.first.seq - other.first.seq);
      for (const [index, { first, place }] of inOrder.entries()) {
        const last = inOrder[index - 1]?.last;
        if (last === undefined) continue;
        const what = `is missing: event ${last.seq} and event ${first.seq} are here`;
        yield { stream, seq: last.seq + 1, what, place };
      }
    }
  }

  /** Of each stream the first event that is here, if it is not its first at all. */
  *beginnings(): Generator<Pick<Link, "stream" | "seq" | "previousHash">> {
    for (const [stream, runs] of this.streams) {
      const { first } = runs.reduce((one, other) => (one.first.seq < other.first.seq ? one : other));
      if (first.seq > 1) yield { stream, ...first };
    }
  }
}
