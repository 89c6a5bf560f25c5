import { describe, expect, it } from "vitest";
import { approval, harness } from "./harness.ts";

/** As JSON, 100,002 bytes; three are more than the quota. */
const input = { text: "é".repeat(50_000) };
const thrice = { "a.$": "$.text", "b.$": "$.text", "c.$": "$.text" };
const twice = { "a.$": "$.text", "b.$": "$.text" };

describe("the quota of 262,144 bytes", () => {
  it("holds for what an activity is handed", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const large = await sfn.start(await sfn.machine(approval(arn, { Parameters: thrice }), "large"), input);
    expect(await sfn.describe(large)).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect((await sfn.history(large)).map(({ type }) => type)).not.toContain("ActivityScheduled");
    const small = await sfn.start(await sfn.machine(approval(arn, { Parameters: twice }), "small"), input);
    expect((await sfn.describe(small)).status).toBe("RUNNING");
  });

  it("holds for what a service is handed, and Catch deals with it by its name", async () => {
    await using sfn = await harness();
    const Catch = [{ ErrorEquals: ["States.DataLimitExceeded"], ResultPath: null, Next: "B" }];
    const Resource = "arn:aws:states:::sqs:sendMessage";
    const States = {
      A: { Type: "Task", Resource, Parameters: { QueueUrl: "q", MessageBody: thrice }, Catch, End: true },
      B: { Type: "Succeed" },
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "A", States }), input);
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
  });

  it.each([
    ["FAILED", thrice],
    ["SUCCEEDED", twice],
  ])("holds for variables: %s", async (status, Assign) => {
    await using sfn = await harness();
    const States = { A: { Type: "Pass", Assign, End: true } };
    const execution = await sfn.start(await sfn.machine({ StartAt: "A", States }), input);
    expect((await sfn.describe(execution)).status).toBe(status);
  });
});
