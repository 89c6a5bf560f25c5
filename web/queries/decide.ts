import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DecisionAttempt, decide } from "../api/decision.ts";
import { approvalKey, approvalsKey } from "./approvals.ts";

/** Decides; a refusal too is a reason to look again, since somebody else may have been first. */
export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (attempt: DecisionAttempt) => decide(id, attempt),
    onSettled: async () => {
      void client.invalidateQueries({ queryKey: approvalsKey });
      await client.invalidateQueries({ queryKey: approvalKey(id) });
    },
  });
}
