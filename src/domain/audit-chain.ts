import type { AuditEvent } from "./audit-event.ts";

/** An event as it is hashed and stored: texts that are the same on every machine. Hashes are SHA-256 in hex. */
export interface AuditLink {
  stream: string;
  /** 1 for the first event of the stream. */
  seq: number;
  previousHash: string;
  /** As `Date.toISOString` writes it. */
  at: string;
  type: string;
  approvalId: string | null;
  /** Canonical JSON (RFC 8785). */
  actor: string;
  detail: string;
}

export type ChainedEvent = AuditLink & { hash: string };

/** The last event of a stream. */
export type Head = Pick<ChainedEvent, "seq" | "hash">;

/** What stands before the first event of a stream. */
export const genesis: Head = { seq: 0, hash: "0".repeat(64) };

/** What the domain cannot do by itself. */
export interface Chaining {
  /** SHA-256 of the text's UTF-8 bytes, in hex. */
  digest(text: string): string;
  /** RFC 8785. */
  canonical(value: unknown): string;
}

/**
 * The canonical JSON of an event without its hash: members in alphabetical order, as RFC 8785 asks. It is put together from the
 * stored texts as they are, so that no byte of them can change unseen.
 */
export function linkText(link: AuditLink): string {
  const { actor, approvalId, at, detail, previousHash, seq, stream, type } = link;
  const approval = approvalId === null ? "null" : `"${approvalId}"`;
  return `{"actor":${actor},"approvalId":${approval},"at":"${at}","detail":${detail},"previousHash":"${previousHash}","seq":${seq},"stream":${JSON.stringify(stream)},"type":${JSON.stringify(type)}}`;
}

/** The chain that an event belongs to: its approval's, else its subject's, else its actor's. */
export function streamOf({ approvalId, subject, actor }: AuditEvent): string {
  return approvalId ?? subject ?? `${actor.kind}:${actor.id}`;
}

/** Chains events, in their order, onto the heads of their streams; a stream without a head begins. */
export function chainEvents(
  events: readonly AuditEvent[],
  heads: ReadonlyMap<string, Head>,
  { digest, canonical }: Chaining,
): ChainedEvent[] {
  const last = new Map(heads);
  return events.map((event) => {
    const stream = streamOf(event);
    const { seq, hash: previousHash } = last.get(stream) ?? genesis;
    const { type, approvalId } = event;
    const [actor, detail] = [canonical(event.actor), canonical(event.detail)];
    const at = event.at.toISOString();
    const link = { stream, seq: seq + 1, previousHash, at, type, approvalId, actor, detail };
    const chained = { ...link, hash: digest(linkText(link)) };
    last.set(stream, chained);
    return chained;
  });
}

/** Where a chain is broken, and how. */
export interface AuditFault {
  stream: string;
  seq: number;
  /** For a person. */
  what: string;
}

/** Checks the event that comes after `previous` in its stream (null: it should be the first); null: the link holds. */
export function checkLink(
  previous: Head | null,
  event: ChainedEvent,
  digest: Chaining["digest"],
): AuditFault | null {
  const { stream, seq } = event;
  const before = previous ?? genesis;
  if (seq !== before.seq + 1)
    return { stream, seq: before.seq + 1, what: `is missing: after event ${before.seq} comes event ${seq}` };
  if (digest(linkText(event)) !== event.hash)
    return { stream, seq, what: "was changed: its columns do not give its hash" };
  if (event.previousHash !== before.hash)
    return { stream, seq, what: `does not follow the event before it: event ${before.seq} was replaced` };
  return null;
}
