import { checkpointClaims } from "../domain/audit-checkpoint.ts";
import type { Deps } from "./deps.ts";

/** A checkpoint of this many changes is some 1.2 MB of heads. */
const changesPerCheckpoint = 10_000;

/** Signs where the streams end that grew since the last checkpoint. The log line is a copy of its hash outside of the database. */
export async function sealAudit(deps: Pick<Deps, "audit" | "signer" | "clock" | "log">): Promise<void> {
  for (;;) {
    const sealed = await deps.audit.seal(deps.clock.now(), changesPerCheckpoint, (checkpoint) =>
      deps.signer.sign("countersign-checkpoint+jwt", checkpointClaims(checkpoint)),
    );
    if (sealed === null) return;
    deps.log.info({ checkpoint: sealed.seq, hash: sealed.hash }, "the audit trail has a new checkpoint");
  }
}
