import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DeleteStateMachineCommand,
  DescribeActivityCommand,
  DescribeStateMachineCommand,
  ListActivitiesCommand,
  ListStateMachinesCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness, present } from "./harness.ts";

const pass = { Type: "Pass", End: true };

describe("CreateStateMachine", () => {
  it("is idempotent for the same definition and refuses another one", async () => {
    await using sfn = await harness();
    const arn = await sfn.machine({ StartAt: "A", States: { A: pass } });
    await sfn.clock.advance(1_000);
    expect(await sfn.machine({ StartAt: "A", States: { A: pass } })).toBe(arn);
    await expect(sfn.machine({ StartAt: "B", States: { B: pass } })).rejects.toMatchObject({
      name: "StateMachineAlreadyExists",
      message: `State Machine Already Exists: '${arn}'`,
    });
  });

  it.each([
    [
      "a missing target",
      { StartAt: "Y", States: { Y: { Type: "Pass", Next: "X" }, Z: pass } },
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/Y/Next",
    ],
    [
      "a missing start",
      { StartAt: "X", States: { Y: pass } },
      "MISSING_TRANSITION_TARGET: Missing 'StartAt' target: X at /StartAt",
    ],
    ["no fields at all", {}, "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"],
    [
      "no StartAt",
      { States: { Y: pass } },
      "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt] at /",
    ],
    [
      "a timestamp that is none",
      { StartAt: "W", States: { W: { Type: "Wait", Timestamp: "2016-12-05T25:29:29Z", End: true } } },
      "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/W/Timestamp",
    ],
    [
      "no resource",
      { StartAt: "T", States: { T: { Type: "Task", End: true } } },
      "SCHEMA_VALIDATION_FAILED: These fields are required: [Resource] at /States/T",
    ],
    [
      "a catcher that leads nowhere",
      {
        StartAt: "T",
        States: {
          T: {
            Type: "Task",
            Resource: "arn:aws:states:us-east-1:123456789012:activity:a",
            End: true,
            Catch: [{ ErrorEquals: ["States.ALL"], Next: "Gone" }],
          },
        },
      },
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Gone at /States/T/Catch[0]/Next",
    ],
    ["neither Next nor End", { StartAt: "P", States: { P: { Type: "Pass" } } }, "at /States/P"],
    ["an unknown type", { StartAt: "P", States: { P: { Type: "Hover" } } }, "at /States/P/Type"],
    [
      "a heartbeat longer than the timeout",
      {
        StartAt: "T",
        States: {
          T: {
            Type: "Task",
            Resource: "arn:aws:states:::x",
            TimeoutSeconds: 5,
            HeartbeatSeconds: 5,
            End: true,
          },
        },
      },
      "at /States/T",
    ],
    [
      "a rule without an operator",
      { StartAt: "C", States: { C: { Type: "Choice", Choices: [{ Variable: "$.a", Next: "C" }] } } },
      "at /States/C/Choices[0]",
    ],
  ])("names the place of %s", async (_, definition, words) => {
    await using sfn = await harness();
    const refused = await sfn.machine(definition).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: "InvalidDefinition" });
    expect((refused as Error).message).toContain("Invalid State Machine Definition: '");
    expect((refused as Error).message).toContain(`${words}'`);
  });

  it("refuses what is no JSON, and Express machines", async () => {
    await using sfn = await harness();
    const create = (more: Partial<CreateStateMachineCommand["input"]>) => {
      const definition = JSON.stringify({ StartAt: "A", States: { A: pass } });
      return sfn.client.send(
        new CreateStateMachineCommand({ name: "m", definition, roleArn: "arn:aws:iam::1:role/r", ...more }),
      );
    };
    await expect(create({ definition: "not a definition" })).rejects.toMatchObject({
      name: "InvalidDefinition",
    });
    await expect(create({ definition: "[]" })).rejects.toMatchObject({ name: "InvalidDefinition" });
    await expect(create({ type: "EXPRESS" })).rejects.toMatchObject({ name: "StateMachineTypeNotSupported" });
    await expect(create({ name: "a/b" })).rejects.toMatchObject({ name: "InvalidName" });
  });

  it("keeps the definition's text as it was sent", async () => {
    await using sfn = await harness();
    const definition =
      '{\n  "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Comment": "é"}}\n}';
    const created = await sfn.client.send(
      new CreateStateMachineCommand({ name: "m", definition, roleArn: "arn:aws:iam::1:role/r" }),
    );
    const { stateMachineArn } = created;
    const described = await sfn.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described).toMatchObject({ definition, status: "ACTIVE", type: "STANDARD", name: "m" });
  });

  it("is undone by DeleteStateMachine, which succeeds twice", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine({ StartAt: "A", States: { A: pass } });
    for (let n = 0; n < 2; n += 1) await sfn.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(sfn.client.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject(
      {
        name: "StateMachineDoesNotExist",
        message: `State Machine Does Not Exist: '${stateMachineArn}'`,
      },
    );
  });
});

describe("activities", () => {
  it("are created once, described, listed in pages, and deleted", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity("a-0");
    const created = sfn.clock.now();
    await sfn.clock.advance(1_000);
    const again = await sfn.client.send(new CreateActivityCommand({ name: "a-0" }));
    expect(again).toMatchObject({ activityArn: arn, creationDate: new Date(created) });
    for (const name of ["a-1", "a-2"]) await sfn.activity(name);
    const first = await sfn.client.send(new ListActivitiesCommand({ maxResults: 2 }));
    expect(first.activities?.map(({ name }) => name)).toEqual(["a-0", "a-1"]);
    const second = await sfn.client.send(
      new ListActivitiesCommand({ maxResults: 2, nextToken: present(first.nextToken) }),
    );
    expect(second.activities?.map(({ name }) => name)).toEqual(["a-2"]);
    expect(second.nextToken).toBeUndefined();
    for (let n = 0; n < 2; n += 1) await sfn.client.send(new DeleteActivityCommand({ activityArn: arn }));
    await expect(sfn.client.send(new DescribeActivityCommand({ activityArn: arn }))).rejects.toMatchObject({
      name: "ActivityDoesNotExist",
    });
  });

  it("are refused names that AWS refuses", async () => {
    await using sfn = await harness();
    await expect(sfn.activity("activity*name")).rejects.toMatchObject({
      message: "Invalid Name: 'activity*name'",
    });
  });

  it("lists refuse more than 1,000 a page, in AWS's words", async () => {
    await using sfn = await harness();
    await expect(sfn.client.send(new ListStateMachinesCommand({ maxResults: 1_001 }))).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    });
  });
});
