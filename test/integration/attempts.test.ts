import {
  CreateStateMachineCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const retryOnTimeout = {
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ["States.Timeout", "RejectedByUser"], IntervalSeconds: 5, MaxAttempts: 3 }],
};

/** All identified approvals of an execution, oldest first. */
async function triesOf(product: Product, executionArn: string) {
  const rows = await product.database.query<{ id: string }>(
    "select id from approval where execution_arn = $1 and identified_at is not null order by received_at, map_index",
    [executionArn],
  );
  const found = await Promise.all(rows.map(({ id }) => product.deps.approvals.find(id)));
  return found.filter((approval) => approval !== null);
}

async function untilTries(product: Product, executionArn: string, count: number) {
  await product.passUntil(async () => (await triesOf(product, executionArn)).length >= count, 120_000);
  return triesOf(product, executionArn);
}

/** A machine of its own around the product's activity. */
async function startMachine(product: Product, definition: object, input: object = {}): Promise<string> {
  const { stateMachineArn } = await product.sfn.send(
    new CreateStateMachineCommand({
      name: "another",
      definition: JSON.stringify(definition),
      roleArn: "arn:aws:iam::123456789012:role/test",
    }),
  );
  const { executionArn = "" } = await product.sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn;
}

describe("a step that asks again", () => {
  it("a retry after a timeout is attempt 2 of the same approval, and the earlier one is superseded", async () => {
    await using product = await startProduct({ state: retryOnTimeout });
    const executionArn = await product.startExecution({ commit: "abc" });
    const first = await product.approvalOf(executionArn);
    await product.pass(66_000);
    const [earlier, later] = await untilTries(product, executionArn, 2);
    expect(later).toMatchObject({ status: "pending", attempt: 2, previousId: first });
    expect(later?.subject.retryCount).toBe(1);
    expect(earlier).toMatchObject({
      id: first,
      status: "lapsed",
      reason: "superseded",
      attempt: 1,
      supersededById: later?.id,
    });
    const token = await product.bot();
    const reply = await supertest(product.app)
      .get(`/api/v1/approvals/${later?.id ?? ""}`)
      .auth(token, { type: "bearer" });
    expect(reply.body).toMatchObject({
      attempt: 2,
      previousId: first,
      supersededById: null,
      executionIsProven: true,
    });
    const refused = await supertest(product.app)
      .post(`/api/v1/approvals/${first}/decision`)
      .auth(token, { type: "bearer" })
      .send({ verdict: "approve" });
    expect(refused.body).toMatchObject({ code: "lapsed", lapsedReason: "superseded" });
  });

  it("a retry after a rejection leaves the decision what it is", async () => {
    await using product = await startProduct({ state: retryOnTimeout });
    const executionArn = await product.startExecution();
    const first = await product.approvalOf(executionArn);
    await supertest(product.app)
      .post(`/api/v1/approvals/${first}/decision`)
      .auth(await product.bot(), { type: "bearer" })
      .send({ verdict: "reject" });
    const [earlier, later] = await untilTries(product, executionArn, 2);
    expect(earlier).toMatchObject({ status: "rejected", delivery: { state: "accepted" } });
    expect(later).toMatchObject({ status: "pending", attempt: 2, previousId: first });
  });

  it("a redrive is the next attempt, too", async () => {
    await using product = await startProduct({ state: { TimeoutSeconds: 60 } });
    const executionArn = await product.startExecution();
    const first = await product.approvalOf(executionArn);
    await product.pass(62_000);
    expect((await product.describe(executionArn)).status).toBe("FAILED");
    await product.sfn.send(new RedriveExecutionCommand({ executionArn }));
    const [earlier, later] = await untilTries(product, executionArn, 2);
    expect(later).toMatchObject({ attempt: 2, previousId: first });
    expect(later?.subject).toMatchObject({ stateName: "Approve", redriveCount: 1, retryCount: 0 });
    expect(earlier).toMatchObject({ status: "lapsed", reason: "superseded" });
  });

  it("a state that is entered anew, by a loop, is a new step", async () => {
    await using product = await startProduct();
    const executionArn = await startMachine(product, {
      StartAt: "Ask",
      States: {
        Ask: { Type: "Task", Resource: product.activityArn, Next: "Ask again" },
        "Ask again": {
          Type: "Choice",
          Choices: [{ Variable: "$.enough", IsPresent: true, Next: "Enough" }],
          Default: "Ask",
        },
        Enough: { Type: "Succeed" },
      },
    });
    const first = await product.approvalOf(executionArn);
    await supertest(product.app)
      .post(`/api/v1/approvals/${first}/decision`)
      .auth(await product.bot(), { type: "bearer" })
      .send({ verdict: "approve" });
    const [, later] = await untilTries(product, executionArn, 2);
    expect(later).toMatchObject({ status: "pending", attempt: 1, previousId: null });
  });
});

describe("the items of a Map and the branches of a Parallel", () => {
  const map = (activityArn: string) => ({
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        End: true,
        ItemProcessor: {
          StartAt: "Approve",
          States: {
            Approve: {
              Type: "Task",
              Resource: activityArn,
              End: true,
              Retry: [{ ErrorEquals: ["Again"], IntervalSeconds: 1, MaxAttempts: 3 }],
            },
          },
        },
      },
    },
  });

  it("live siblings never supersede each other; the retry of one takes that one's place alone", async () => {
    const tokens: string[] = [];
    await using product = await startProduct({
      around: (deps) => ({
        ...deps,
        taskSource: {
          ...deps.taskSource,
          async take(activityArn, workerName) {
            const task = await deps.taskSource.take(activityArn, workerName);
            if (task !== null) tokens.push(task.token.reveal());
            return task;
          },
        },
      }),
    });
    const executionArn = await startMachine(product, map(product.activityArn), { items: ["a", "b", "c"] });
    const siblings = await untilTries(product, executionArn, 3);
    expect(siblings.map(({ status, attempt }) => [status, attempt])).toEqual(
      siblings.map(() => ["pending", 1]),
    );
    expect(siblings.map(({ subject }) => subject.mapIndex).sort()).toEqual([0, 1, 2]);
    await product.sfn.send(new SendTaskFailureCommand({ taskToken: tokens[0] ?? "", error: "Again" }));
    const all = await untilTries(product, executionArn, 4);
    const later = all.find(({ attempt }) => attempt === 2);
    const earlier = all.find(({ id }) => id === later?.previousId);
    expect(earlier?.subject.mapIndex).toBe(later?.subject.mapIndex);
    expect(earlier).toMatchObject({ status: "lapsed", reason: "superseded" });
    expect(all.filter(({ status }) => status === "pending")).toHaveLength(3);
  });

  it("a redrive that leaves open which of several tasks goes on supersedes none by guess", async () => {
    await using product = await startProduct();
    const executionArn = await startMachine(product, map(product.activityArn), { items: ["a", "b"] });
    const before = await untilTries(product, executionArn, 2);
    await product.stopExecution(executionArn);
    await product.sfn.send(new RedriveExecutionCommand({ executionArn }));
    const all = await untilTries(product, executionArn, 4);
    const later = all.filter(({ id }) => !before.some((each) => each.id === id));
    expect(later.map(({ status, previousId }) => [status, previousId])).toEqual([
      ["pending", null],
      ["pending", null],
    ]);
  });
});

describe("an execution that only the input names", () => {
  it("is neither decided by nor shown before history has proven it", async () => {
    let isMute = false;
    await using product = await startProduct({
      faults: ({ operation }) =>
        isMute && operation === "GetExecutionHistory" ? { kind: "throttle" } : undefined,
    });
    const victim = await product.startExecution({ commit: "victim" });
    const victimId = await product.approvalOf(victim);
    isMute = true;
    await product.startExecution({ commit: "liar", _execution: { arn: victim } });
    const liarId = await until("the liar is there", async () => {
      const [approval] = await product.deps.approvals.list({ commit: "liar" }, null, 1);
      return approval?.id;
    });
    const token = await product.bot();
    const of = await supertest(product.app)
      .get(`/api/v1/approvals/${liarId}/execution`)
      .auth(token, { type: "bearer" });
    expect(of.status).toBe(404);
    const decided = await supertest(product.app)
      .post("/api/v1/decisions")
      .auth(token, { type: "bearer" })
      .send({ verdict: "approve", executionArn: victim });
    expect(decided.body).toMatchObject({ id: victimId, status: "approved" });
    expect((await product.deps.approvals.find(liarId))?.status).toBe("pending");
  });
});
