import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Survey } from "../../application/ports/reconcile.ts";
import { describeExecution } from "./describe-execution.ts";
import { errorName, outside } from "./errors.ts";
import type { Forbidden } from "./forbidden.ts";
import { readOpenGates } from "./open-gates.ts";

/** The most that ListExecutions gives at once (API reference). */
const executionsPerPage = 1000;

/** No other try makes these executions listable: the machine is gone, is a Map's child, or is not ours to see. */
const unlistable = /^(StateMachineDoesNotExist|InvalidArn|ValidationException|StateMachineTypeNotSupported)$/;

export function createSurvey(client: SFNClient, forbidden: Forbidden): Survey {
  return {
    running: (stateMachineArn, after) =>
      outside(async () => {
        try {
          const { executions = [], nextToken } = await client.send(
            new ListExecutionsCommand({
              stateMachineArn,
              statusFilter: "RUNNING",
              maxResults: executionsPerPage,
              ...(after === null ? {} : { nextToken: after }),
            }),
          );
          const arns = executions.flatMap(({ executionArn }) => executionArn ?? []);
          return { kind: "page", arns, next: nextToken ?? null };
        } catch (error) {
          const name = errorName(error) ?? "";
          if (unlistable.test(name) || forbidden.skip(error, "ListExecutions", stateMachineArn))
            return { kind: "unlistable", why: name };
          throw error;
        }
      }),
    openGates: (executionArn) => outside(() => readOpenGates(client, executionArn, forbidden)),
    execution: (arn) =>
      outside(async () => {
        try {
          return await describeExecution(client, arn);
        } catch (error) {
          forbidden.skip(error, "DescribeExecution", arn);
          throw error;
        }
      }),
  };
}
