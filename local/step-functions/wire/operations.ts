import { activityOperations } from "./activity-operations.ts";
import { executionOperations } from "./execution-operations.ts";
import type { Operation } from "./operation.ts";
import { stateMachineOperations } from "./state-machine-operations.ts";
import { taskOperations } from "./task-operations.ts";

/** All operations by name, as the header `X-Amz-Target: AWSStepFunctions.<name>` has it. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...activityOperations,
    ...taskOperations,
    ...stateMachineOperations,
    ...executionOperations,
  }),
);
