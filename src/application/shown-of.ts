import { createHash } from "node:crypto";
import type { Approval } from "../domain/approval.ts";
import { changedSince, shownDigest, type ChangedPart, type ShownBeside } from "../domain/shown.ts";
import type { Deps } from "./deps.ts";

/** Read after the approval: what is newer than it has given it another version. Throws StoreUnavailable. */
export async function besideOf(
  deps: Pick<Deps, "checks">,
  { policyDigest, subject: { repository, commit } }: Approval,
): Promise<ShownBeside> {
  const checks = repository === null || commit === null ? [] : await deps.checks.of(repository, commit);
  return { policyDigest, checks };
}

/** The digest of what is shown of an approval now; who decides sends it along. */
export function shownOf(approval: Approval, beside: ShownBeside): string {
  return shownDigest(approval, beside, sha256);
}

/** What has changed since `shown` was the digest; nothing for a caller who sent none. */
export async function changesSince(
  deps: Pick<Deps, "checks">,
  approval: Approval,
  shown: string | null,
): Promise<ChangedPart[]> {
  return shown === null ? [] : changedSince(shown, approval, await besideOf(deps, approval), sha256);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
