import { genesis, type Chaining } from "./audit-chain.ts";

/** The last event of a stream: stream, seq, hash. */
export type SealedHead = readonly [stream: string, seq: number, hash: string];

/** What is hashed of a checkpoint. Times are as `Date.toISOString` writes them, hashes SHA-256 in hex. */
export interface CheckpointBody {
  /** 1 for the first one. */
  seq: number;
  at: string;
  previousHash: string;
  /** JSON of `SealedHead[]`, as it was hashed. */
  heads: string;
}

export type Checkpoint = CheckpointBody & {
  hash: string;
  /** Compact JWS over `claimsOf`. */
  signature: string;
};

/** Canonical JSON (RFC 8785), put together from the stored texts. */
export function checkpointText({ seq, at, previousHash, heads }: CheckpointBody): string {
  return `{"at":"${at}","heads":${heads},"previousHash":"${previousHash}","seq":${seq}}`;
}

/** The checkpoint that comes after `previous` (null: the first), without its signature. */
export function nextCheckpoint(
  previous: Pick<Checkpoint, "seq" | "hash"> | null,
  at: Date,
  heads: readonly SealedHead[],
  digest: Chaining["digest"],
): Omit<Checkpoint, "signature"> {
  const before = previous ?? genesis;
  const body = {
    seq: before.seq + 1,
    at: at.toISOString(),
    previousHash: before.hash,
    heads: JSON.stringify(heads),
  };
  return { ...body, hash: digest(checkpointText(body)) };
}

/** What the signature says. */
export function checkpointClaims({ seq, at, hash }: Pick<Checkpoint, "seq" | "at" | "hash">) {
  return { checkpoint: seq, at, hash };
}

/** How a checkpoint fails to follow `previous` (null: it should be the first), its signature aside; null: it follows. */
export function checkpointFault(
  previous: Pick<Checkpoint, "seq" | "hash"> | null,
  checkpoint: Checkpoint,
  digest: Chaining["digest"],
): CheckpointFault | null {
  const before = previous ?? genesis;
  const { seq } = checkpoint;
  if (seq !== before.seq + 1)
    return { checkpoint: before.seq + 1, what: `is missing: after checkpoint ${before.seq} comes ${seq}` };
  if (digest(checkpointText(checkpoint)) !== checkpoint.hash)
    return { checkpoint: seq, what: "was changed: its columns do not give its hash" };
  if (checkpoint.previousHash !== before.hash)
    return { checkpoint: seq, what: `does not follow checkpoint ${before.seq}, which was replaced` };
  return null;
}

export interface CheckpointFault {
  checkpoint: number;
  /** For a person. */
  what: string;
}
