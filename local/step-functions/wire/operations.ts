import { aliasOperations } from "./alias-operations.ts";
import { activityOperations } from "./activity-operations.ts";
import { executionOperations } from "./execution-operations.ts";
import { mapRunOperations } from "./map-run-operations.ts";
import { queueOperations } from "./queue-operations.ts";
import type { Operation } from "./operation.ts";
import { stateMachineOperations } from "./state-machine-operations.ts";
import { tagOperations } from "./tag-operations.ts";
import { taskOperations } from "./task-operations.ts";
import { versionOperations } from "./version-operations.ts";

/** A service that this endpoint speaks for. */
export interface Service {
  /** By name, as the header `X-Amz-Target: <service>.<name>` has it. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Where its own errors' shapes live. */
  readonly namespace: string;
}

export const servicesByTarget: ReadonlyMap<string, Service> = new Map([
  [
    "AWSStepFunctions",
    {
      operations: new Map<string, Operation>(
        Object.entries({
          ...activityOperations,
          ...taskOperations,
          ...stateMachineOperations,
          ...versionOperations,
          ...aliasOperations,
          ...tagOperations,
          ...executionOperations,
          ...mapRunOperations,
        }),
      ),
      namespace: "com.amazonaws.swf.service.v2.model",
    },
  ],
  [
    "AmazonSQS",
    {
      operations: new Map<string, Operation>(Object.entries(queueOperations)),
      namespace: "com.amazonaws.sqs",
    },
  ],
]);
