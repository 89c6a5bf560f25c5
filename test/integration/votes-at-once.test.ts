import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { startProduct, type Product } from "../support/product.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };
const people = 40;

async function voters(product: Product) {
  const all = [];
  for (let number = 1; number <= people; number += 1) all.push(await voter(product, `Voter ${number}`));
  return all;
}

describe("votes on one approval at the same moment", () => {
  it("are all recorded, forty of them", async () => {
    await using product = await startProduct({ policies: [{ name: "all", required: people }] });
    const id = await product.approvalOf(await product.startExecution({}));
    const all = await voters(product);
    const replies = await Promise.all(all.map((each) => each.vote(id, approve)));
    expect(replies.map(({ status }) => status)).toEqual(all.map(() => 200));
    const decided = await all[0]?.see(id);
    expect(decided).toMatchObject({ status: "approved" });
    expect(decided?.decision?.decidedBy).toHaveLength(people);
  });

  it("give up with 503 and when to come again, never 500, if others are always quicker", async () => {
    let tries = 0;
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution({}));
    const { use } = product.appDeps;
    const approvals: typeof use.approvals = {
      ...use.approvals,
      recordVote() {
        tries += 1;
        return Promise.resolve("conflict");
      },
    };
    const clock = { ...use.clock, sleep: () => Promise.resolve() };
    const crowded = { ...product.appDeps, use: { ...use, approvals, clock } };
    const app = createApp(crowded, pino({ level: "silent" }));
    const reply = await (await voter({ ...product, app }, "Ada")).vote(id, approve);
    expect(reply).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(reply.body.detail).toMatch(/Nothing was recorded; try again/);
    expect(tries).toBeGreaterThan(20);
  });
});
