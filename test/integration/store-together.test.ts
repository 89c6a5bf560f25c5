import { describe, expect, it } from "vitest";
import { receiveTask } from "../../src/application/receive-task.ts";
import { TaskToken } from "../../src/domain/task-token.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const taken = (product: Product, token: string, input: unknown = {}) => ({
  token: new TaskToken(token),
  input: JSON.stringify(input),
  activityArn: product.activityArn,
  workerName: `worker-${token}`,
  takenAt: product.deps.clock.now(),
});

describe("tokens that arrive together", () => {
  it("are stored together: far fewer statements than tokens, each with its row, its token and its audit event", async () => {
    await using product = await startProduct({ workers: false });
    const ids = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        receiveTask(product.deps, taken(product, `token-${n}`, { commit: `c${n}` })),
      ),
    );
    const [row] = await product.database.query<{ approvals: number; tokens: number; events: number }>(
      `select count(*)::int as approvals, count(task_token.hash)::int as tokens, count(audit_event.hash)::int as events
       from approval left join task_token on approval_id = approval.id left join audit_event on audit_event.approval_id = approval.id`,
    );
    expect(row).toEqual({ approvals: 500, tokens: 500, events: 500 });
    expect(new Set(ids).size).toBe(500);
    expect((await product.deps.approvals.find(ids[77] ?? ""))?.subject.commit).toBe("c77");
    const [{ transactions } = { transactions: 0 }] = await product.database.query<{ transactions: number }>(
      "select count(distinct xmin::text)::int as transactions from approval",
    );
    expect(transactions).toBeLessThanOrEqual(10);
  });

  it("one that Postgres refuses does not take the others with it, and one that is known already is no second approval", async () => {
    await using product = await startProduct({ workers: false });
    await product.database.query("alter table approval add constraint no_thirteen check (commit <> 'c13')");
    await receiveTask(product.deps, taken(product, "token-7"));
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        receiveTask(product.deps, taken(product, `token-${n}`, { commit: `c${n}` })),
      ),
    );
    expect(results.flatMap(({ status }, n) => (status === "rejected" ? [n] : []))).toEqual([13]);
    const [row] = await product.database.query<{ approvals: number; tokens: number }>(
      "select (select count(*)::int from approval) as approvals, (select count(*)::int from task_token) as tokens",
    );
    expect(row).toEqual({ approvals: 39, tokens: 39 });
  });

  it("from the endpoint through many pollers: every task has one approval", async () => {
    await using product = await startProduct({ activity: { pollers: { min: 20, max: 50 } } });
    const executions = await Promise.all(
      Array.from({ length: 120 }, (_, n) => product.startExecution({ commit: `c${n}` })),
    );
    const commits = await until("all are stored", async () => {
      const rows = await product.database.query<{ commit: string }>("select commit from approval");
      return rows.length >= executions.length ? rows.map(({ commit }) => commit) : null;
    });
    expect(commits.sort()).toEqual(executions.map((_, n) => `c${n}`).sort());
  });
});
