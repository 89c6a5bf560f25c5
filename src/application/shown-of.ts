import { createHash } from "node:crypto";
import type { Approval } from "../domain/approval.ts";
import { changedSince, shownDigest, type ChangedPart, type ShownBeside } from "../domain/shown.ts";

/** The digest of what is shown of an approval now; who decides sends it along. */
export function shownOf(approval: Approval): string {
  return shownDigest(approval, besideOf(approval), sha256);
}

/** What has changed since `shown` was the digest; nothing for a caller who sent none. */
export function changesSince(approval: Approval, shown: string | null): ChangedPart[] {
  return shown === null ? [] : changedSince(shown, approval, besideOf(approval), sha256);
}

function besideOf({ policyDigest }: Approval): ShownBeside {
  return { policyDigest, commitStatus: null };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
