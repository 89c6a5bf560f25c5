import type { SFNClient } from "@aws-sdk/client-sfn";
import type { CallBudget } from "../postgres/call-budget.ts";

/** The fleet's own limit, before AWS's: nothing was sent. */
export class CallBudgetSpent extends Error {
  override name = "CallBudgetSpent";
}

/**
 * Holds a client to the fleet's budget: a call beyond it throws CallBudgetSpent. `keep` is the share of each bucket that this client
 * leaves to more urgent ones. Each attempt counts, as it does at AWS.
 */
export function limitCalls(client: SFNClient, budget: CallBudget, keep: number): void {
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, "");
        if (!(await budget.take(operation, keep)))
          throw new CallBudgetSpent(`the fleet makes no more ${operation} calls right now`);
        return next(args);
      },
    { step: "finalizeRequest", priority: "normal", name: "limitCalls" },
  );
}
