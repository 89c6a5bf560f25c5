import { randomUUID } from "node:crypto";
import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createLeadership } from "../../src/adapters/postgres/leadership.ts";
import { surveyRunning } from "../../src/application/survey-running.ts";
import { createGateWatch } from "../../src/application/watch-gates.ts";
import type { Deps } from "../../src/application/deps.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const silent = pino({ level: "silent" });

function statusOf(product: Product, id: string) {
  return product.deps.approvals.find(id).then((approval) => approval?.status);
}

/** Names the operations that the endpoint is asked for. */
function listening() {
  const calls: string[] = [];
  return {
    calls,
    count: (operation: string) => calls.filter((each) => each === operation).length,
    faults: ({ operation }: { operation: string }) => void calls.push(operation),
  };
}

describe("the reconciler", () => {
  it("finds the one stopped execution among many by lists, and asks about that one alone", async () => {
    const heard = listening();
    await using product = await startProduct({ faults: heard.faults });
    const executions = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => product.startExecution({ commit: `c${n}` })),
    );
    const ids = await Promise.all(executions.map((arn) => product.approvalOf(arn)));
    await product.pass(35_000);
    const [stopped = "", ...others] = ids;
    const before = heard.count("DescribeExecution");
    await product.stopExecution(executions[0] ?? "");
    await product.passUntil(async () => (await statusOf(product, stopped)) === "lapsed", 120_000);
    expect(await product.deps.approvals.find(stopped)).toMatchObject({
      status: "lapsed",
      reason: "execution_stopped",
    });
    expect(await Promise.all(others.map((id) => statusOf(product, id)))).toEqual(others.map(() => "pending"));
    expect(heard.count("DescribeExecution")).toBe(before + 1);
    expect(before).toBe(0);
  });

  it("reads every page of the list before it doubts anything", async () => {
    await using product = await startProduct({ workers: false });
    const machine = product.stateMachineArn;
    const pages = new Map<string | null, { arns: string[]; next: string | null }>([
      [null, { arns: [`${machine}:one`], next: "2" }],
      ["2", { arns: [`${machine}:two`], next: null }],
    ]);
    const deps: Deps = {
      ...product.deps,
      survey: {
        ...product.deps.survey,
        running: (_arn, after) =>
          Promise.resolve({ kind: "page" as const, ...(pages.get(after) ?? { arns: [], next: null }) }),
      },
    };
    const [one, two, three] = await Promise.all(
      ["one", "two", "three"].map((name) => pendingRow(product, `${machine}:${name}`, 60_000)),
    );
    await surveyRunning(deps, createGateWatch(deps), new AbortController().signal);
    expect(await deps.reconcile.doubted(10)).toEqual([three]);
    expect([one, two]).not.toContain(three);
  });

  it("asks about the items of a distributed Map, which no list of the machine shows, a few in each round", async () => {
    await using product = await startProduct({ workers: false });
    const { deps } = product;
    for (let item = 0; item < 35; item += 1)
      await pendingRow(
        product,
        `${product.stateMachineArn.replace("stateMachine", "execution")}/Each:${item}`,
        60_000,
      );
    const survey = () => surveyRunning(deps, createGateWatch(deps), new AbortController().signal);
    await survey();
    const first = await deps.reconcile.doubted(100);
    expect(first).toHaveLength(30);
    for (const id of first) await deps.reconcile.checked(id, deps.clock.now());
    await survey();
    expect(await deps.reconcile.doubted(100)).toHaveLength(5);
  });

  it("doubts no approval that came while the list was read, nor one that was just checked", async () => {
    await using product = await startProduct({ workers: false });
    const gone = `${product.stateMachineArn}:gone`;
    await pendingRow(product, gone, 1_000);
    const checked = await pendingRow(product, gone, 600_000);
    await product.deps.reconcile.checked(checked, product.deps.clock.now());
    await surveyRunning(product.deps, createGateWatch(product.deps), new AbortController().signal);
    expect(await product.deps.reconcile.doubted(10)).toEqual([]);
    await product.moveClock(120_000);
    await surveyRunning(product.deps, createGateWatch(product.deps), new AbortController().signal);
    expect(await product.deps.reconcile.doubted(10)).toHaveLength(2);
  });

  it("where executions may not be listed, it asks about each in turn", async () => {
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "ListExecutions"
          ? { kind: "error", status: 400, code: "AccessDeniedException" }
          : undefined,
    });
    const arn = await product.startExecution({}, "by-name");
    const machine = product.stateMachineArn.replace("stateMachine", "execution");
    expect(arn).toBe(`${machine}:by-name`);
    const id = await pendingRow(product, arn, 600_000);
    await product.stopExecution(arn);
    await product.passUntil(async () => (await statusOf(product, id)) === "lapsed", 120_000);
    expect(await statusOf(product, id)).toBe("lapsed");
  });

  it("an execution that Step Functions does not know ends nothing: it may be another account or region", async () => {
    await using product = await startProduct();
    const id = await pendingRow(product, `${product.stateMachineArn}:nowhere`, 600_000);
    await product.pass(20_000);
    expect(await statusOf(product, id)).toBe("pending");
  });

  it("throttling makes it wait, not give up", async () => {
    let throttled = 3;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "ListExecutions" && (throttled -= 1) >= 0 ? { kind: "throttle" } : undefined,
    });
    const arn = await product.startExecution({ _execution: {} });
    const id = await product.approvalOf(arn);
    await product.pass(40_000);
    await product.stopExecution(arn);
    throttled = 3;
    await product.passUntil(async () => (await statusOf(product, id)) === "lapsed", 120_000);
    expect(await statusOf(product, id)).toBe("lapsed");
    expect(throttled).toBeLessThan(0);
  });
});

describe("one process reconciles at a time", () => {
  it("the second takes over when the first one's connection ends, and not before", async () => {
    await using product = await startProduct({ workers: false });
    const first = createLeadership(product.database.url, silent);
    const second = createLeadership(product.database.url, silent);
    try {
      expect([await first.hold(), await second.hold(), await first.hold()]).toEqual([true, false, true]);
      await product.database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign-leadership' and pid in (select pid from pg_locks where locktype = 'advisory' and granted) and datname = current_database()",
      );
      await until("the second leads", async () => (await second.hold()) || null);
      expect(await first.hold()).toBe(false);
      await second.close();
      await until("the first leads again", async () => (await first.hold()) || null);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it("of two fleets one lists executions; when it dies, the other goes on", async () => {
    const leads: string[] = [];
    const leadership = (product: Product, name: string) => {
      const real = createLeadership(product.database.url, silent);
      const hold = async () => {
        const holds = await real.hold();
        if (holds) leads.push(name);
        return holds;
      };
      return { hold, close: real.close };
    };
    await using product = await startProduct({ workers: false });
    const [one, two] = [leadership(product, "one"), leadership(product, "two")];
    const first = product.startWorkersOn({ ...product.deps, activities: new Map(), leadership: one });
    await until("one leads", () => leads.includes("one") || null);
    const second = product.startWorkersOn({ ...product.deps, activities: new Map(), leadership: two });
    await product.pass(10_000);
    expect(new Set(leads)).toEqual(new Set(["one"]));
    await first.close();
    await one.close();
    await product.pass(10_000);
    expect(leads.at(-1)).toBe("two");
    await second.close();
    await two.close();
  });
});

/** A pending approval as history has proven it, `ageMs` old. */
async function pendingRow(product: Product, executionArn: string, ageMs: number): Promise<string> {
  const id = randomUUID();
  const at = new Date(product.deps.clock.now().getTime() - ageMs);
  await product.database.query(
    `insert into approval (id, activity_arn, worker_name, received_at, title, links, input, checked_at, execution_arn, state_machine_arn, execution_is_proven, identified_at)
     values ($1::uuid, 'a', 'w', $2, 't', '[]', '{}', $2, $3, $4, true, $2)`,
    [id, at, executionArn, product.stateMachineArn],
  );
  await product.database.query(
    "insert into task_token (approval_id, hash, ciphertext) values ($1::uuid, decode(md5($1::text), 'hex'), null)",
    [id],
  );
  return id;
}

it("the local endpoint lists what the reconciler asks for", async () => {
  await using product = await startProduct({ workers: false });
  const arn = await product.startExecution();
  const page = await product.deps.survey.running(product.stateMachineArn, null);
  expect(page).toEqual({ kind: "page", arns: [arn], next: null });
  const { executions } = await product.sfn.send(
    new ListExecutionsCommand({ stateMachineArn: product.stateMachineArn }),
  );
  expect(executions).toHaveLength(1);
  expect(await product.deps.survey.running(`${product.stateMachineArn}-gone`, null)).toMatchObject({
    kind: "unlistable",
  });
});
