import type { ChangedPolicy } from "../../application/ports/policy-change.ts";
import { appendAudit } from "./append-audit.ts";
import type { Transaction } from "./database.ts";

/** Another policy and more people for an approval that is pending; what was decided stays as it is. */
export async function writeChangedPolicy(
  transaction: Transaction,
  id: string,
  { policy, involved, events }: ChangedPolicy,
): Promise<void> {
  await transaction.$executeRaw`
    insert into policy (digest, body) values (${policy.digest}, ${policy.body}) on conflict do nothing`;
  const { count } = await transaction.approval.updateMany({
    where: { id, status: "pending" },
    // A vote that is being counted on what was known before looks again.
    data: { policyDigest: policy.digest, involved: { ...involved }, version: { increment: 1 } },
  });
  if (count > 0) await appendAudit(transaction, events);
}
