import type { Chaining } from "../domain/audit-chain.ts";
import {
  checkpointClaims,
  checkpointFault,
  type Checkpoint,
  type CheckpointFault,
  type SealedHead,
} from "../domain/audit-checkpoint.ts";
import type { AuditTrail } from "./ports/audit.ts";
import type { CheckSignature } from "./ports/signer.ts";

export interface CheckpointDeps {
  audit: AuditTrail;
  chaining: Chaining;
  checkSignature: CheckSignature;
}

export interface Anchor {
  checkpoint: number;
  hash: string;
}

/** Where a stream ended when a checkpoint saw it last. */
export interface SealedEnd {
  checkpoint: number;
  seq: number;
  hash: string;
}

export interface SignedCheckpoints {
  /** The newest; null: there is none. */
  newest: Anchor | null;
  sealed: Map<string, SealedEnd>;
  signedBy: Map<string, number>;
  faults: CheckpointFault[];
}

/** Reads the checkpoints after `newest` (null: all) and checks each. `anchor` was kept elsewhere and has to be among them. */
export async function verifyCheckpoints(
  deps: CheckpointDeps,
  { newest, anchor }: { newest: Anchor | null; anchor: Anchor | null },
): Promise<SignedCheckpoints> {
  const found: SignedCheckpoints = { newest, sealed: new Map(), signedBy: new Map(), faults: [] };
  for await (const checkpoint of deps.audit.checkpoints(newest?.checkpoint ?? 0)) {
    const { seq, hash } = checkpoint;
    const before = found.newest === null ? null : { seq: found.newest.checkpoint, hash: found.newest.hash };
    const fault =
      checkpointFault(before, checkpoint, deps.chaining.digest) ??
      (await signatureFault(deps, checkpoint, found));
    if (fault !== null) found.faults.push(fault);
    if (anchor?.checkpoint === seq && anchor.hash !== hash)
      found.faults.push({ checkpoint: seq, what: "is not the one that the anchor names" });
    found.newest = { checkpoint: seq, hash };
    // What is not as it was signed says nothing about streams.
    if (fault === null)
      for (const [stream, last, lastHash] of JSON.parse(checkpoint.heads) as SealedHead[])
        found.sealed.set(stream, { checkpoint: seq, seq: last, hash: lastHash });
  }
  if (anchor !== null && (found.newest?.checkpoint ?? 0) < anchor.checkpoint)
    found.faults.push({ checkpoint: anchor.checkpoint, what: "is missing, and the anchor names it" });
  return found;
}

async function signatureFault(
  deps: CheckpointDeps,
  checkpoint: Checkpoint,
  found: SignedCheckpoints,
): Promise<CheckpointFault | null> {
  const checked = await deps.checkSignature(checkpoint.signature, "countersign-checkpoint+jwt");
  if ("fault" in checked)
    return { checkpoint: checkpoint.seq, what: `has no good signature. ${checked.fault}` };
  const claims = JSON.parse(checked.payload) as Record<string, unknown>;
  const differs = Object.entries(checkpointClaims(checkpoint)).some(
    ([name, value]) => claims[name] !== value,
  );
  if (differs) return { checkpoint: checkpoint.seq, what: "has the signature of another checkpoint" };
  found.signedBy.set(checked.kid, (found.signedBy.get(checked.kid) ?? 0) + 1);
  return null;
}
