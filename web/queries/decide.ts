import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DecisionAttempt, decide } from "../api/decision.ts";
import { approvalQuery, approvalsKey } from "./approvals.ts";

/** Decides. A refusal too is a reason to look again, since somebody else may have been first. */
export function useDecide(id: string) {
  const client = useQueryClient();
  const { queryKey } = approvalQuery(id);
  return useMutation({
    mutationFn: (attempt: DecisionAttempt) => decide(id, attempt),
    onSuccess: async (approval) => {
      // A reading that began before the decision must not overwrite it.
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, approval);
    },
    onError: () => client.invalidateQueries({ queryKey }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: approvalsKey });
    },
  });
}
