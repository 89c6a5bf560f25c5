import { describe, expect, it } from "vitest";
import { inBatches } from "../../src/adapters/in-batches.ts";

/** Work that ends when the test says so. */
function heldWork() {
  const calls: { items: readonly number[]; end: (error?: Error) => void }[] = [];
  const work = (items: readonly number[]) =>
    new Promise<PromiseSettledResult<number>[]>((resolve, reject) => {
      const end = (error?: Error) =>
        error === undefined
          ? resolve(
              items.map((item) =>
                item < 0 ? { status: "rejected", reason: item } : { status: "fulfilled", value: item * 10 },
              ),
            )
          : reject(error);
      calls.push({ items, end });
    });
  return { calls, work };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("what comes in batches", () => {
  it("goes at once when nothing is under way, together when something is, and never more than the limit", async () => {
    const { calls, work } = heldWork();
    const add = inBatches(3, work);
    const results = [1, 2, 3, 4, 5].map(add);
    expect(calls.map(({ items }) => items)).toEqual([[1]]);
    calls[0]?.end();
    await turn();
    expect(calls[1]?.items).toEqual([2, 3, 4]);
    calls[1]?.end();
    await turn();
    expect(calls[2]?.items).toEqual([5]);
    calls[2]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
    const later = add(6);
    expect(calls[3]?.items).toEqual([6]);
    calls[3]?.end();
    expect(await later).toBe(60);
  });

  it("fails for the faulty item alone, and for all when the whole call fails; the next ones go on", async () => {
    const { calls, work } = heldWork();
    const add = inBatches(10, work);
    const first = add(1);
    const [good, bad] = [add(2), add(-3)];
    calls[0]?.end(new Error("away"));
    await expect(first).rejects.toThrow("away");
    calls[1]?.end();
    expect(await good).toBe(20);
    await expect(bad).rejects.toBe(-3);
  });
});
