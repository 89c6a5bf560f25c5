import { DescribeStateMachineForExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness } from "./harness.ts";

describe("throttling", () => {
  it("lets a bucket of calls pass, then as many a second as AWS refills, each operation by itself", async () => {
    await using sfn = await harness({ throttling: "other" });
    const machine = await sfn.machine({ StartAt: "A", States: { A: { Type: "Succeed" } } });
    const executionArn = await sfn.start(machine);
    const describeMachine = () =>
      sfn.client
        .send(new DescribeStateMachineForExecutionCommand({ executionArn }))
        .then(() => "passed")
        .catch((error: Error) => error.name);
    const first = await Promise.all(Array.from({ length: 201 }, describeMachine));
    expect(first.filter((outcome) => outcome === "passed")).toHaveLength(200);
    expect(first.filter((outcome) => outcome === "ThrottlingException")).toHaveLength(1);
    await sfn.clock.advance(1_000);
    expect(await describeMachine()).toBe("passed");
    expect(await describeMachine()).toBe("ThrottlingException");
    expect((await sfn.describe(executionArn)).status).toBe("SUCCEEDED");
  });
});
