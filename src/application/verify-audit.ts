import { checkLink, type AuditFault, type Chaining, type ChainedEvent } from "../domain/audit-chain.ts";
import type { AuditTrail } from "./ports/audit.ts";

export interface AuditReport {
  events: number;
  streams: number;
  /** In order of stream and event; empty: every link holds. */
  faults: AuditFault[];
}

/** More faults than this help nobody. */
export const faultsMax = 100;

/** Recomputes the whole chain, batch by batch. */
export async function verifyAudit(deps: { audit: AuditTrail; chaining: Chaining }): Promise<AuditReport> {
  const report: AuditReport = { events: 0, streams: 0, faults: [] };
  let previous: ChainedEvent | null = null;
  for await (const batch of deps.audit.all()) {
    for (const event of batch) {
      const isFirst = previous?.stream !== event.stream;
      if (isFirst) report.streams += 1;
      report.events += 1;
      const fault = checkLink(isFirst ? null : previous, event, deps.chaining.digest);
      if (fault !== null && report.faults.length < faultsMax) report.faults.push(fault);
      previous = event;
    }
  }
  return report;
}
