import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { inject } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startStepFunctions } from "../../local/step-functions/server.ts";
import { clientOf, present } from "../local/step-functions/harness.ts";
import { approvalMachine } from "./approval-machine.ts";
import { createTestDatabase } from "./test-database.ts";

/** Postgres, Redis (if there is one) and Step Functions for processes of `countersign api` and `countersign worker`. */
export async function processSurroundings() {
  const folder = await mkdtemp(join(tmpdir(), "countersign-processes-"));
  const endpoint = await startStepFunctions();
  const sfn = clientOf(endpoint);
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "po-approval" }));
  const definition = JSON.stringify(approvalMachine(activityArn, { HeartbeatSeconds: 30 }));
  const { stateMachineArn = "" } = await sfn.send(
    new CreateStateMachineCommand({
      name: "deploy",
      definition,
      roleArn: "arn:aws:iam::123456789012:role/test",
    }),
  );
  const database = await createTestDatabase();
  const config = join(folder, "countersign.yaml");
  await writeFile(config, `activities:\n  - name: po-approval\n    pollers: { min: 3, max: 5 }\n`);
  const port = await freePort();
  const redisUrl = inject("redisUrl");
  const environment = {
    DATABASE_URL: database.applicationUrl,
    ...(redisUrl === null ? {} : { REDIS_URL: `${redisUrl}/0` }),
    COUNTERSIGN_SECRET: "a secret that is long enough for the tests",
    COUNTERSIGN_CONFIG: config,
    COUNTERSIGN_LOG_LEVEL: "info",
    PORT: String(port),
    AWS_ENDPOINT_URL_SFN: endpoint.url,
    AWS_REGION: endpoint.region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  return {
    activityArn,
    sfn,
    endpoint,
    environment,
    database,
    url: `http://127.0.0.1:${port}`,
    start: async (commit: string) =>
      present(
        (await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ commit }) })))
          .executionArn,
      ),
    status: async (executionArn: string) =>
      (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status,
    async [Symbol.asyncDispose]() {
      sfn.destroy();
      await endpoint.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
