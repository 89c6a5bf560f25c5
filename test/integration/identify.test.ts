import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

/** An execution that has ended, and that some other task's input names as its own. */
async function endedExecution(product: Product): Promise<string> {
  const executionArn = await product.startExecution({ commit: "ended" }, "ended");
  await product.approvalOf(executionArn);
  await product.stopExecution(executionArn);
  await product.pass(80_000);
  return executionArn;
}

function approvalOfCommit(product: Product, commit: string): Promise<string> {
  return until("the approval is there", async () => {
    const [approval] = await product.deps.approvals.list({ commit }, null, 1);
    return approval?.id;
  });
}

describe("knowing what a task is for", () => {
  it("without a word in the input, history tells execution, state machine, state and timeouts", async () => {
    await using product = await startProduct({ state: { TimeoutSeconds: 600, HeartbeatSeconds: 60 } });
    const executionArn = await product.startExecution("Code build complete!");
    const approval = await product.deps.approvals.find(await product.approvalOf(executionArn));
    expect(approval?.subject).toMatchObject({
      executionArn,
      executionName: executionArn.split(":").at(-1),
      stateMachineArn: product.stateMachineArn,
      stateName: "Approve",
      timeoutSeconds: 600,
      heartbeatSeconds: 60,
    });
  });

  it("an input that names another execution is set right by history", async () => {
    await using product = await startProduct();
    const wrong = await endedExecution(product);
    const executionArn = await product.startExecution({ commit: "live", _execution: { arn: wrong } });
    const approval = await product.deps.approvals.find(await product.approvalOf(executionArn));
    expect(approval?.subject.executionArn).toBe(executionArn);
  });

  it("an execution that only the input names ends no approval, even if it has ended", async () => {
    let isMute = false;
    await using product = await startProduct({
      faults: ({ operation }) =>
        isMute && operation === "GetExecutionHistory"
          ? { kind: "error", status: 400, code: "AccessDeniedException" }
          : undefined,
    });
    const wrong = await endedExecution(product);
    isMute = true;
    await product.startExecution({ commit: "live", _execution: { arn: wrong } });
    const id = await approvalOfCommit(product, "live");
    await product.pass(300_000, 5_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "pending",
      subject: { executionArn: wrong },
    });
  });

  it("a state machine that our role may not read does not hide the others", async () => {
    let described = 0;
    await using product = await startProduct({
      faults: ({ operation }) => {
        if (operation !== "DescribeStateMachine") return undefined;
        described += 1;
        return described % 2 === 1
          ? { kind: "error", status: 400, code: "AccessDeniedException" }
          : undefined;
      },
    });
    const { CreateStateMachineCommand } = await import("@aws-sdk/client-sfn");
    const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Succeed" } } });
    await product.sfn.send(
      new CreateStateMachineCommand({
        name: "another",
        definition,
        roleArn: "arn:aws:iam::123456789012:role/test",
      }),
    );
    const executionArn = await product.startExecution({ commit: "live" });
    const id = await approvalOfCommit(product, "live");
    await product.passUntil(
      async () => (await product.deps.approvals.find(id))?.subject.executionArn === executionArn,
      120_000,
    );
    expect(described).toBeGreaterThan(1);
  });

  it("each poll has its own worker name, so that two tasks of one execution are told apart", async () => {
    await using product = await startProduct();
    const ids = await Promise.all(
      ["one", "two", "three"].map(async (commit) =>
        product.approvalOf(await product.startExecution({ commit })),
      ),
    );
    const names = await Promise.all(
      ids.map(async (id) => (await product.deps.approvals.find(id))?.workerName),
    );
    expect(new Set(names).size).toBe(3);
  });
});
