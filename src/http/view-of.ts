import { besideOf } from "../application/shown-of.ts";
import { whoCanApprove } from "../application/who-can-approve.ts";
import type { ApprovalDetail } from "../contract/approval.ts";
import type { Approval } from "../domain/approval.ts";
import type { Caller } from "../domain/actor.ts";
import type { AppDeps } from "./app-deps.ts";
import { presentDetail } from "./present.ts";

/** One approval as the caller sees it, with what has to be read beside it. */
export async function viewOf(
  { use, publicUrl }: Pick<AppDeps, "use" | "publicUrl">,
  approval: Approval,
  caller: Caller,
): Promise<ApprovalDetail> {
  const [beside, people] = await Promise.all([besideOf(use, approval), whoCanApprove(use, approval)]);
  return presentDetail(approval, caller, { publicUrl, now: use.clock.now(), beside, people: people ?? [] });
}
