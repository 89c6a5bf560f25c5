import supertest from "supertest";
import { describe, expect, inject, it } from "vitest";
import type { Faults } from "../../local/step-functions/faults.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const queues = ["postgres", ...(inject("redisUrl") === null ? [] : (["redis"] as const))] as const;

async function approve(product: Product, id: string) {
  const token = await product.bot();
  return supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" })
    .send({ verdict: "approve" });
}

function ended(product: Product, executionArn: string) {
  return until("the execution ends", async () => {
    const execution = await product.describe(executionArn);
    return execution.status === "RUNNING" ? null : execution;
  });
}

const noHistory: Faults = ({ operation }) =>
  operation === "GetExecutionHistory"
    ? { kind: "error", status: 400, code: "AccessDeniedException" }
    : undefined;

function anyApproval(product: Product): Promise<string> {
  return until("the approval is there", async () => {
    const [approval] = await product.deps.approvals.list({}, null, 1);
    return approval?.id;
  });
}

describe.each(queues)("keeping a task alive, with the queue on %s", (queue) => {
  it("an approval with HeartbeatSeconds 3 is decided after 15 s of waiting and succeeds", async () => {
    await using product = await startProduct({ queue, state: { HeartbeatSeconds: 3 } });
    const executionArn = await product.startExecution({ commit: "abc" });
    const id = await product.approvalOf(executionArn);
    expect((await product.deps.approvals.find(id))?.subject.heartbeatSeconds).toBe(3);
    await product.pass(15_000);
    expect((await approve(product, id)).status).toBe(200);
    expect((await ended(product, executionArn)).status).toBe("SUCCEEDED");
  });

  it("without our heartbeat the same execution times out", async () => {
    await using product = await startProduct({ queue, state: { HeartbeatSeconds: 3 } });
    const executionArn = await product.startExecution();
    await product.approvalOf(executionArn);
    product.endpoint.releasePolls();
    await product.stopWorkers();
    await product.moveClock(3_100);
    expect(await ended(product, executionArn)).toEqual({ status: "FAILED", error: "States.Timeout" });
  });
});

describe("keeping a task alive", () => {
  it("in real time: decided after 15 s under HeartbeatSeconds 3, it succeeds", async () => {
    await using product = await startProduct({ realTime: true, state: { HeartbeatSeconds: 3 } });
    // Who uses so short ones says so in the input, which is known before history is (docs/task-input.md).
    const executionArn = await product.startExecution({ _execution: { heartbeatSeconds: 3 } });
    const id = await product.approvalOf(executionArn);
    const since = Date.now();
    await until("15 s are over", () => Date.now() - since > 15_000);
    expect((await approve(product, id)).status).toBe(200);
    expect((await ended(product, executionArn)).status).toBe("SUCCEEDED");
  });

  it("HeartbeatSeconds of history count, whatever the input and countersign.yaml say", async () => {
    await using product = await startProduct({
      activity: { heartbeatSeconds: 40 },
      state: { HeartbeatSeconds: 30 },
    });
    const told = await product.approvalOf(
      await product.startExecution({ _execution: { heartbeatSeconds: 120 } }),
    );
    const silent = await product.approvalOf(await product.startExecution({}));
    expect((await product.deps.approvals.find(told))?.subject.heartbeatSeconds).toBe(30);
    expect((await product.deps.approvals.find(silent))?.subject.heartbeatSeconds).toBe(30);
  });

  it("while history does not tell, the configured HeartbeatSeconds serve, and the approval stays decidable where its policy excludes nobody", async () => {
    const nobody = { requester: false, author: false, committer: false, coAuthors: false, pusher: false };
    await using product = await startProduct({
      policies: [{ name: "open", exclude: nobody }],
      activity: { heartbeatSeconds: 40 },
      state: { HeartbeatSeconds: 40 },
      faults: noHistory,
    });
    const executionArn = await product.startExecution();
    const id = await anyApproval(product);
    await product.pass(90_000);
    const approval = await product.deps.approvals.find(id);
    expect(approval?.subject).toMatchObject({ heartbeatSeconds: 40, executionArn: null });
    expect((await approve(product, id)).status).toBe(200);
    expect((await ended(product, executionArn)).status).toBe("SUCCEEDED");
  });

  it("where nothing tells HeartbeatSeconds, a short one is assumed for as long as it takes", async () => {
    await using product = await startProduct({ state: { HeartbeatSeconds: 20 }, faults: noHistory });
    const executionArn = await product.startExecution();
    const id = await anyApproval(product);
    await product.pass(120_000);
    expect((await product.describe(executionArn)).status).toBe("RUNNING");
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
  });

  it("a look-up that comes late gives a lapsed approval no work again", async () => {
    await using product = await startProduct({ state: { HeartbeatSeconds: 20 }, faults: noHistory });
    const executionArn = await product.startExecution();
    const id = await anyApproval(product);
    await product.stopExecution(executionArn);
    await product.pass(20_000);
    expect((await product.deps.approvals.find(id))?.status).toBe("lapsed");
    const { identify, clock } = product.deps;
    await identify.postpone(id, clock.now(), true, null);
    expect(await identify.dueForIdentify(new Date(clock.now().getTime() + 3_600_000), 10)).toEqual([]);
  });

  it("two processes never ask history about the same task at the same time", async () => {
    await using product = await startProduct({ workers: false });
    const { identify, clock } = product.deps;
    const [row] = await product.database.query<{ id: string }>(
      `insert into approval (id, activity_arn, worker_name, received_at, title, links, input, identify_after, checked_at)
       values (gen_random_uuid(), 'a', 'w', now(), 't', '[]', '{}', $1, now()) returning id`,
      [clock.now()],
    );
    const leaseUntil = new Date(clock.now().getTime() + 30_000);
    const claims = await Promise.all(
      [1, 2, 3].map(() => identify.claim(row?.id ?? "", clock.now(), leaseUntil)),
    );
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it("a state without HeartbeatSeconds is asked about seldom, and once just after its deadline", async () => {
    const beats: number[] = [];
    let now = () => 0;
    await using product = await startProduct({
      state: { TimeoutSeconds: 60, Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Later" }] },
      faults: ({ operation }) => {
        if (operation === "SendTaskHeartbeat") beats.push(now());
        return undefined;
      },
    });
    now = () => product.deps.clock.now().getTime();
    const id = await product.approvalOf(await product.startExecution());
    const receivedAt = (await product.deps.approvals.find(id))?.receivedAt.getTime() ?? 0;
    await product.pass(62_000);
    expect(beats.map((at) => Math.round((at - receivedAt) / 1000))).toEqual([61]);
    expect(await product.deps.approvals.find(id)).toMatchObject({ status: "lapsed", reason: "timed_out" });
  });

  it("a heartbeat that fails is followed by the next one in time", async () => {
    let failures = 4;
    await using product = await startProduct({
      state: { HeartbeatSeconds: 30 },
      faults: ({ operation }) =>
        operation === "SendTaskHeartbeat" && (failures -= 1) >= 0 && failures % 2 === 1
          ? { kind: "error", status: 500 }
          : undefined,
    });
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await product.pass(60_000);
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    expect((await product.describe(executionArn)).status).toBe("RUNNING");
  });
});

describe("what ends elsewhere", () => {
  it("a task that ran into its own timeout lapses as timed_out, whoever notices it first", async () => {
    await using product = await startProduct({ state: { TimeoutSeconds: 60 } });
    const id = await product.approvalOf(await product.startExecution());
    await product.pass(80_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({ status: "lapsed", reason: "timed_out" });
  });

  it("StopExecution tells nobody; the next heartbeat lapses the approval as execution_stopped", async () => {
    await using product = await startProduct({ state: { HeartbeatSeconds: 9 } });
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await product.stopExecution(executionArn);
    await product.pass(4_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "lapsed",
      reason: "execution_stopped",
    });
    expect((await approve(product, id)).body).toMatchObject({
      status: 410,
      code: "lapsed",
      lapsedReason: "execution_stopped",
    });
  });

  it("the reconciler finds a stopped execution of a state without heartbeat", async () => {
    await using product = await startProduct();
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await product.stopExecution(executionArn);
    await product.pass(80_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "lapsed",
      reason: "execution_stopped",
    });
  });

  it("a lapsed approval keeps no task token", async () => {
    await using product = await startProduct({ state: { HeartbeatSeconds: 9 } });
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await product.stopExecution(executionArn);
    await product.pass(4_000);
    expect(
      await product.database.query("select ciphertext from task_token where approval_id = $1", [id]),
    ).toEqual([{ ciphertext: null }]);
  });
});
