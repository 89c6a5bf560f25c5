import type { ChainedEvent } from "../../domain/audit-chain.ts";

/** The trail as it is stored, for whoever proves, searches or exports it. Use cases write it in the transaction of what they tell of. */
export interface AuditTrail {
  /** Every event, in batches, by stream and within it by number. Those that come in meanwhile may be left out. */
  all(): AsyncIterable<readonly ChainedEvent[]>;
}
