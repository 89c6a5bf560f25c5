import fc from "fast-check";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { isVisibleSql } from "../../src/adapters/postgres/visible.ts";
import { noLimits, type BotLimits } from "../../src/domain/actor.ts";
import { isVisible } from "../../src/domain/visibility.ts";
import { startProduct, type Product } from "../support/product.ts";
import { createTestDatabase } from "../support/test-database.ts";

const shop = { approval: { repository: "acme/shop", commit: "c1" } };

function call(product: Product, token: string) {
  return {
    get: (path: string) => supertest(product.app).get(path).auth(token, { type: "bearer" }),
    post: (path: string, body: object) =>
      supertest(product.app).post(path).auth(token, { type: "bearer" }).send(body),
  };
}

const limitedTo = async (product: Product, limits: Partial<BotLimits>) =>
  call(product, (await product.botWith({ limits: { ...noLimits, ...limits } })).text);

/** A push that a forge signed, as intake keeps it. */
async function pushed(product: Product, executionArn: string, repository: string | null) {
  await product.database.query(
    `with delivery as (
       insert into webhook_delivery (forge, delivery_id, event, body_hash, received_at, outcome)
       values ('github', $1, 'push', '', now(), '') returning delivery_id)
     insert into execution_start (id, forge, delivery_id, state_machine_arn, name, input, repository)
     select gen_random_uuid(), 'github', delivery_id, $2, $3, '{}', $4 from delivery`,
    [crypto.randomUUID(), product.stateMachineArn, executionArn.split(":").at(-1), repository],
  );
}

describe("a bot that is limited to activities or repositories", () => {
  it.each<[string, Partial<BotLimits>, boolean]>([
    ["this activity's name", { activityArns: ["po-approval"] }, true],
    ["this activity's ARN", { activityArns: ["arn:aws:states:*:activity:po-approval"] }, true],
    ["a glob of names", { activityArns: ["po-*"] }, true],
    ["another activity", { activityArns: ["other", "po-approval-2"] }, false],
    ["this repository, whatever its case", { repositories: ["ACME/shop"] }, true],
    ["a glob of repositories", { repositories: ["acme/*"] }, true],
    ["another repository", { repositories: ["acme/blog", "acme/sho"] }, false],
    ["both", { activityArns: ["po-*"], repositories: ["acme/shop"] }, true],
    ["one that fits and one that does not", { activityArns: ["po-*"], repositories: ["acme/blog"] }, false],
  ])("%s", async (_name, limits, sees) => {
    await using product = await startProduct();
    const executionArn = await product.startExecution(shop);
    const id = await product.approvalOf(executionArn);
    const bot = await limitedTo(product, limits);
    const list = (await bot.get("/api/v1/approvals")).body as { items: unknown[] };
    expect(list.items).toHaveLength(sees ? 1 : 0);
    expect((await bot.get(`/api/v1/approvals/${id}`)).status).toBe(sees ? 200 : 404);
    const trail = (await bot.get(`/api/v1/audit?approval=${id}`)).body as { items: unknown[] };
    expect(trail.items.length > 0).toBe(sees);
    const decided = await bot.post("/api/v1/decisions", { commit: "c1", verdict: "reject" });
    expect(decided.status).toBe(sees ? 200 : 404);
  });

  it("cannot tell an approval that it may not see from one that does not exist, on any route", async () => {
    await using product = await startProduct();
    const hidden = await product.approvalOf(await product.startExecution(shop));
    const everywhere = call(product, await product.bot());
    await everywhere.post(`/api/v1/approvals/${hidden}/decision`, { verdict: "approve" });
    const unknown = crypto.randomUUID();
    const bot = await limitedTo(product, { repositories: ["acme/blog"] });
    const ask = (id: string) =>
      Promise.all([
        bot.get(`/api/v1/approvals/${id}`),
        bot.get(`/api/v1/approvals/${id}/execution`),
        bot.get(`/api/v1/approvals/${id}/receipt`),
        bot.get(`/api/v1/audit?approval=${id}`),
        bot.post(`/api/v1/approvals/${id}/decision`, { verdict: "approve" }),
        bot.post("/api/v1/decisions", { approvalId: id, verdict: "approve" }),
      ]);
    const [ofHidden, ofUnknown] = [await ask(hidden), await ask(unknown)];
    const seen = (replies: Awaited<ReturnType<typeof ask>>, id: string) =>
      replies.map(({ status, body }) => [status, JSON.stringify(body).replaceAll(id, "ID")]);
    expect(seen(ofHidden, hidden)).toEqual(seen(ofUnknown, unknown));
    expect(ofHidden.map(({ status }) => status)).toEqual([404, 404, 404, 200, 404, 404]);
  });

  it("pages, searches and filters within what it may see", async () => {
    await using product = await startProduct({ workers: false });
    await product.database.query(
      `insert into approval (id, activity_arn, worker_name, received_at, title, repository, commit, links, input, checked_at, execution_is_proven)
       select gen_random_uuid(), 'arn:a', 'w', timestamptz '2026-06-01' + (n / 3) * interval '1 second', 'Change ' || n,
              case when n % 2 = 0 then 'acme/shop' else 'acme/blog' end, md5(n::text), '[]', '{}', now(), true
       from generate_series(1, 20) as n`,
    );
    const bot = await limitedTo(product, { repositories: ["acme/shop"] });
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body } = (await bot.get(
        `/api/v1/approvals?limit=3&q=change${cursor === "" ? "" : `&cursor=${cursor}`}`,
      )) as { body: { items: { repository: string; title: string }[]; nextCursor: string | null } };
      seen.push(...body.items.map(({ repository, title }) => `${repository} ${title}`));
      cursor = body.nextCursor;
    }
    const even = Array.from({ length: 10 }, (_, n) => `acme/shop Change ${2 * n + 2}`);
    expect(seen.toSorted()).toEqual(even.toSorted());
    const other = (await bot.get("/api/v1/approvals?repository=acme/blog")).body as { items: unknown[] };
    expect(other.items).toEqual([]);
  });

  it("is told no candidate that it may not see", async () => {
    await using product = await startProduct();
    await product.approvalOf(await product.startExecution(shop));
    await product.approvalOf(
      await product.startExecution({ approval: { repository: "acme/blog", commit: "c1" } }),
    );
    const bot = await limitedTo(product, { repositories: ["acme/blog"] });
    const reply = await bot.post("/api/v1/decisions", { commit: "c1", verdict: "approve" });
    expect(reply.body).toMatchObject({ status: "approved", repository: "acme/blog" });
  });
});

describe("what a task's input claims of its repository", () => {
  it("counts once history has proven the execution, not before", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution(shop));
    const bot = await limitedTo(product, { repositories: ["acme/shop"] });
    expect((await bot.get(`/api/v1/approvals/${id}`)).status).toBe(200);
    await product.database.query("update approval set execution_is_proven = false");
    expect((await bot.get(`/api/v1/approvals/${id}`)).status).toBe(404);
  });

  it.each([
    ["the same repository", "Acme/Shop", 200],
    ["another one", "acme/blog", 404],
    ["one that nobody kept", null, 404],
  ])("does not count against the push that started the execution: %s", async (_name, repository, status) => {
    await using product = await startProduct();
    const executionArn = await product.startExecution(shop);
    const id = await product.approvalOf(executionArn);
    await pushed(product, executionArn, repository);
    const bot = await limitedTo(product, { repositories: ["acme/shop"] });
    expect((await bot.get(`/api/v1/approvals/${id}`)).status).toBe(status);
  });

  it("is nothing where the input names none", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(
      await product.startExecution({ approval: { title: "no repository" } }),
    );
    const bot = await limitedTo(product, { repositories: ["*"] });
    expect((await bot.get(`/api/v1/approvals/${id}`)).status).toBe(404);
  });
});

it("the query lets through what the rule of the domain lets through, whatever the patterns and names", async () => {
  const test = await createTestDatabase();
  const database = openDatabase(test.url);
  const word = fc.stringMatching(/^[aAb%_\\*:/.-]{0,6}$/);
  const machine = "arn:m_chine";
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          activityArns: fc.option(fc.array(word, { maxLength: 2 })),
          repositories: fc.option(fc.array(word, { maxLength: 2 })),
        }),
        word,
        fc.record({
          claimed: fc.option(word),
          executionIsProven: fc.boolean(),
          pushed: fc.option(fc.record({ repository: fc.option(word) })),
        }),
        async (visibility, activityArn, facts) => {
          const { claimed, executionIsProven, pushed: push } = facts;
          const rows = await database.client.$transaction(async (transaction) => {
            await transaction.$executeRaw`
              insert into approval (id, activity_arn, worker_name, received_at, title, repository, links, input, checked_at, execution_is_proven, execution_name, state_machine_arn)
              values (gen_random_uuid(), ${activityArn}, 'w', now(), 't', ${claimed}, '[]', '{}', now(), ${executionIsProven}, 'x', ${machine})`;
            if (push !== null) {
              await transaction.$executeRaw`insert into webhook_delivery (forge, delivery_id, event, body_hash, received_at, outcome) values ('github', 'd', 'push', '', now(), '')`;
              await transaction.$executeRaw`
                insert into execution_start (id, forge, delivery_id, state_machine_arn, name, input, repository)
                values (gen_random_uuid(), 'github', 'd', ${`${machine}:live`}, 'x', '{}', ${push.repository})`;
            }
            const found = await transaction.$queryRaw<
              unknown[]
            >`select 1 from approval where ${isVisibleSql(visibility)}`;
            await transaction.$executeRaw`delete from approval`;
            await transaction.$executeRaw`delete from execution_start`;
            await transaction.$executeRaw`delete from webhook_delivery`;
            return found;
          });
          expect(rows.length === 1).toBe(isVisible(visibility, activityArn, facts));
        },
      ),
      { numRuns: 300 },
    );
  } finally {
    await database.close();
    await test.drop();
  }
});
