import type { AuditEvent } from "../../domain/audit-event.ts";
import type { Involved, Policy } from "../../domain/policy/policy.ts";

/** A pending approval whose execution is proven, as far as it takes to complete who was involved. */
export interface OpenApproval {
  id: string;
  involved: Involved;
  policy: Policy;
  policyDigest: string | null;
}

/** Who was involved by input and record together, with the policy that holds now. */
export interface ChangedPolicy {
  involved: Involved;
  policy: { digest: string; body: string };
  events: readonly AuditEvent[];
}
