import { createHash } from "node:crypto";
import { linkText } from "../domain/audit-chain.ts";
import { AuditRuns } from "../domain/audit-runs.ts";
import type { Deps } from "./deps.ts";

/** From included, to not; null: no bound. */
export interface Interval {
  from: Date | null;
  to: Date | null;
}

/** What was to be exported is not what was written, and gets no signature; the message names where. */
export class UnfitToExport extends Error {
  override name = "UnfitToExport";
  constructor(stream: string, seq: number, what: string) {
    super(`Nothing was signed: stream ${stream}, event ${seq} ${what}`);
  }
}

type ExportDeps = Pick<Deps, "audit" | "signer" | "chaining">;

/**
 * The events of an interval as JSON Lines, oldest first, each exactly as it was hashed; the last line is a signature over their number and
 * the SHA-256 of all bytes before it. Chunks end with a line. Throws UnfitToExport before the signature, where the chain of an event is
 * broken: what is signed passes for proven.
 */
export async function* exportAudit(deps: ExportDeps, { from, to }: Interval): AsyncGenerator<string> {
  const digest = createHash("sha256");
  const runs = new AuditRuns();
  let events = 0;
  for await (const batch of deps.audit.between(from, to)) {
    let chunk = "";
    for (const event of batch) {
      const text = linkText(event);
      events += 1;
      const fault =
        deps.chaining.digest(text) === event.hash
          ? runs.add(event, events)
          : "was changed: its columns do not give its hash";
      if (fault !== null) throw new UnfitToExport(event.stream, event.seq, fault);
      chunk += `{"event":${text},"hash":"${event.hash}"}\n`;
    }
    digest.update(chunk);
    yield chunk;
  }
  await refuseGaps(deps, runs);
  const claims = {
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    events,
    sha256: digest.digest("hex"),
  };
  yield `${JSON.stringify({ signature: await deps.signer.sign("countersign-export+jwt", claims) })}\n`;
}

async function refuseGaps({ audit }: ExportDeps, runs: AuditRuns): Promise<void> {
  for (const { stream, seq, what } of runs.gaps()) {
    if ((await audit.hashOf(stream, seq)) === null) throw new UnfitToExport(stream, seq, what);
    throw new UnfitToExport(
      stream,
      seq,
      "is left out between two of its stream: it came in meanwhile, or its time lies outside of the interval. Export again, or with other times.",
    );
  }
  for (const { stream, seq, previousHash } of runs.beginnings()) {
    const before = await audit.hashOf(stream, seq - 1);
    if (before === null)
      throw new UnfitToExport(stream, seq - 1, "is missing: the export would begin after it");
    if (before !== previousHash)
      throw new UnfitToExport(stream, seq, "does not follow the event before it, which was replaced");
  }
}
