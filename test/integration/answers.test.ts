import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";

function decide(product: Product, token: string, id: string, body: object) {
  return supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" })
    .send(body);
}

async function oneApproval(product: Product, input: object = { commit: "abc" }) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe("answering", () => {
  const lostReply = { kind: "dropReply" } as const;

  it("a lost reply to SendTaskSuccess is settled by history: accepted once", async () => {
    let losses = 1;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskSuccess" && (losses -= 1) >= 0 ? lostReply : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(5_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "accepted", attempts: 2 },
    });
    const answers = (await product.history(executionArn)).filter(({ type }) => type === "ActivitySucceeded");
    expect(answers).toHaveLength(1);
  });

  it("a lost reply to SendTaskFailure is settled by history too", async () => {
    let losses = 1;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskFailure" && (losses -= 1) >= 0 ? lostReply : undefined,
    });
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "reject", comment: "no" });
    await product.pass(5_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "rejected",
      delivery: { state: "accepted", attempts: 2 },
    });
  });

  it("a lost reply is uncertain until history answers, and is sent no second time meanwhile", async () => {
    let sent = 0;
    let isMute = false;
    await using product = await startProduct({
      faults: ({ operation }) => {
        if (operation === "SendTaskSuccess" && (sent += 1) === 1) return lostReply;
        return isMute && operation === "GetExecutionHistory" ? { kind: "throttle" } : undefined;
      },
    });
    const { id } = await oneApproval(product);
    isMute = true;
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(60_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      delivery: {
        state: "uncertain",
        note: expect.stringContaining("asked again") as string,
        settledAt: null,
      },
    });
    isMute = false;
    await product.moveClock(600_000);
    await product.pass(2_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({ delivery: { state: "accepted" } });
    expect(sent).toBe(2);
  });

  it("a lost reply that history does not settle for a day stays uncertain, and says to look at the execution", async () => {
    let losses = 1;
    let isMute = false;
    await using product = await startProduct({
      faults: ({ operation }) => {
        if (operation === "SendTaskSuccess" && (losses -= 1) >= 0) return lostReply;
        return isMute && operation === "GetExecutionHistory"
          ? { kind: "error", code: "ExecutionDoesNotExist", status: 400 }
          : undefined;
      },
    });
    const { id } = await oneApproval(product);
    isMute = true;
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(5_000);
    await product.moveClock(25 * 3_600_000);
    await product.pass(2_000);
    const approval = await product.deps.approvals.find(id);
    expect(approval).toMatchObject({
      status: "approved",
      delivery: { state: "uncertain", note: expect.stringContaining("Look at the execution") as string },
    });
    expect(approval).not.toMatchObject({ delivery: { settledAt: null } });
  });

  it.each(["InvalidOutput", "ValidationException"])(
    "an answer that Step Functions refuses for good (%s) ends at once, with a reason for a person",
    async (code) => {
      await using product = await startProduct({
        faults: ({ operation }) =>
          operation === "SendTaskSuccess" ? { kind: "error", status: 400, code } : undefined,
      });
      const { id } = await oneApproval(product);
      await decide(product, await product.bot(), id, { verdict: "approve" });
      await product.pass(1_000);
      expect(await product.deps.approvals.find(id)).toMatchObject({
        delivery: { state: "uncertain", attempts: 1, note: expect.stringContaining(code) as string },
      });
    },
  );

  it("missing rights can be mended for a day; then the answer ends, with a reason for a person", async () => {
    await using product = await startProduct({
      state: { TimeoutSeconds: 864_000 },
      faults: ({ operation }) =>
        operation === "SendTaskSuccess"
          ? { kind: "error", status: 400, code: "AccessDeniedException", message: "not authorized" }
          : undefined,
    });
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    const note = expect.stringContaining("not authorized") as string;
    expect(await product.deps.approvals.find(id)).toMatchObject({ delivery: { state: "sent", note } });
    await product.moveClock(25 * 3_600_000);
    await product.pass(2_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({ delivery: { state: "uncertain", note } });
  });

  it("faults of Step Functions are outlasted for as long as the task can live", async () => {
    let isDown = true;
    await using product = await startProduct({
      state: { TimeoutSeconds: 864_000 },
      faults: ({ operation }) =>
        isDown && operation === "SendTaskSuccess" ? { kind: "error", status: 500 } : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    await product.moveClock(3 * 24 * 3_600_000);
    await product.pass(2_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({ delivery: { state: "sent" } });
    isDown = false;
    await product.moveClock(60_000);
    await product.pass(2_000);
    expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
  });

  it("throttling and faults of Step Functions are tried again until the answer is accepted", async () => {
    let failures = 3;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskSuccess" && (failures -= 1) >= 0
          ? failures % 2 === 0
            ? { kind: "throttle" }
            : { kind: "error", status: 500 }
          : undefined,
    });
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(15_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      delivery: { state: "accepted", attempts: 4 },
    });
  });

  it("an execution that was stopped before the answer makes it too_late, and the decision stays what it is", async () => {
    await using product = await startProduct();
    const { id, executionArn } = await oneApproval(product);
    await product.stopExecution(executionArn);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(1_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "too_late", attempts: 1 },
    });
  });

  it("an attempt that was overtaken changes nothing any more", async () => {
    await using product = await startProduct({ workers: false });
    const fleet = product.startWorkers();
    const { id } = await oneApproval(product);
    product.endpoint.releasePolls();
    await fleet.close();
    await decide(product, await product.bot(), id, { verdict: "approve" });
    const { answers, clock } = product.deps;
    const at = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
    const paused = await answers.claim(id, at(0), at(30));
    const second = await answers.claim(id, at(31), at(61));
    expect([paused?.attempt, second?.attempt]).toEqual([1, 2]);
    await answers.settle(id, 1, "too_late", "overtaken", at(32), []);
    await answers.settle(id, 2, "accepted", null, at(33), []);
    const later = { until: at(40), note: "overtaken", delivery: "sent" } as const;
    await answers.postpone(id, 1, later);
    await answers.postpone(id, 2, later);
    expect(await answers.claim(id, at(100), at(130))).toBeNull();
    expect(await product.deps.approvals.find(id)).toMatchObject({
      delivery: { state: "accepted", note: null },
    });
  });

  it("an answer put off by a clock that was set back since is due at once", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    product.endpoint.releasePolls();
    await product.stopWorkers();
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.database.query(
      "update answer set next_attempt_at = $2::timestamptz + interval '1 hour' where approval_id = $1",
      [id, product.deps.clock.now()],
    );
    const { answers, clock } = product.deps;
    expect(await answers.due(clock.now(), 10)).toEqual([id]);
    const leaseUntil = new Date(clock.now().getTime() + 30_000);
    expect((await answers.claim(id, clock.now(), leaseUntil))?.attempt).toBe(1);
    expect(await answers.due(clock.now(), 10)).toEqual([]);
  });

  it("a token that this Step Functions does not know ends nothing: it may be the wrong account or region", async () => {
    let isForeign = true;
    await using product = await startProduct({
      state: { HeartbeatSeconds: 300 },
      faults: ({ operation }) =>
        isForeign && operation.startsWith("SendTask")
          ? { kind: "error", status: 400, code: "InvalidToken" }
          : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await product.pass(110_000);
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      delivery: { state: "sent", note: expect.stringContaining("InvalidToken") as string },
    });
    isForeign = false;
    await product.pass(10_000);
    expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
  });

  it("heartbeats go on while an answer cannot be delivered, and its acceptance never shows as lapsed", async () => {
    let isDown = true;
    await using product = await startProduct({
      state: { HeartbeatSeconds: 6 },
      faults: ({ operation }) =>
        isDown && operation === "SendTaskSuccess" ? { kind: "error", status: 500 } : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(30_000);
    isDown = false;
    await product.pass(60_000);
    expect(await product.describe(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "accepted" },
    });
  });

  it("an activity may take a rejection as a success, for a Choice state to route", async () => {
    await using product = await startProduct({ activity: { reject: { as: "success" } } });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "reject", comment: "not today" });
    await product.pass(1_000);
    const { status, output } = await product.describe(executionArn);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({ decision: "rejected", comment: "not today" });
  });

  it("an output that Step Functions would refuse is refused before anything is recorded", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const reply = await decide(product, await product.bot(), id, {
      verdict: "approve",
      output: "x".repeat(262_144),
    });
    expect(reply.body).toMatchObject({ code: "invalid", errors: [{ field: "output" }] });
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
  });
});
