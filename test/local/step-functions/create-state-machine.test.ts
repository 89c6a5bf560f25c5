import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  type CreateStateMachineCommandInput,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness, type Harness } from "./harness.ts";
import { passText } from "./pass-machine.ts";

const machineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:";

describe("CreateStateMachine", () => {
  const request = { name: "m", definition: passText(1), roleArn: "arn:aws:iam::1:role/r" };
  const create = (sfn: Harness, more: Partial<CreateStateMachineCommandInput> = {}) =>
    sfn.client.send(new CreateStateMachineCommand({ ...request, ...more }));
  const destinations = [
    { cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:1:log-group:g:*" } },
  ];

  it("is the same request again with another role, other tags and what is the default anyway", async () => {
    await using sfn = await harness();
    const first = await create(sfn);
    const again = await create(sfn, {
      roleArn: "arn:aws:iam::1:role/other",
      tags: [{ key: "team", value: "a" }],
      type: "STANDARD",
      loggingConfiguration: { level: "OFF", destinations: [] },
      tracingConfiguration: { enabled: false },
      publish: false,
    });
    expect(again).toMatchObject({ stateMachineArn: first.stateMachineArn, creationDate: first.creationDate });
    const { stateMachineArn } = first;
    const described = await sfn.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.roleArn).toBe(request.roleArn);
  });

  it.each<Partial<CreateStateMachineCommandInput>>([
    { definition: passText(2) },
    { loggingConfiguration: { level: "ALL", destinations } },
    { tracingConfiguration: { enabled: true } },
    { publish: true },
    { publish: true, versionDescription: "first" },
  ])("is another request with %o", async (more) => {
    await using sfn = await harness();
    const text = `State Machine Already Exists: '${machineArn}m'`;
    const refusal = { name: "StateMachineAlreadyExists", message: text };
    await create(sfn);
    await expect(create(sfn, more)).rejects.toMatchObject(refusal);
    await create(sfn, { name: "other", ...more });
    expect((await create(sfn, { name: "other", ...more })).stateMachineArn).toBe(`${machineArn}other`);
    await expect(create(sfn, { name: "other" })).rejects.toThrow("Already Exists");
  });

  it("answers with the same version when the same is published again", async () => {
    await using sfn = await harness();
    const publishing = { publish: true, versionDescription: "first" };
    const { stateMachineVersionArn } = await create(sfn, publishing);
    expect((await create(sfn, publishing)).stateMachineVersionArn).toBe(stateMachineVersionArn);
  });
});
