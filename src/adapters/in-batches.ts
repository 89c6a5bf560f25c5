/**
 * What comes while `work` is under way goes together into the next call; the first goes at once, so that nobody waits while little
 * comes. `work` settles each item by itself, in the same order; if it throws, all items of that call fail with it.
 */
export function inBatches<Item, Result>(
  limit: number,
  work: (items: readonly Item[]) => Promise<PromiseSettledResult<Result>[]>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    item: Item;
    resolve: (result: Result) => void;
    reject: (reason: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limit);
      try {
        settle(batch, await work(batch.map(({ item }) => item)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  function settle(batch: readonly Waiting[], results: readonly PromiseSettledResult<Result>[]): void {
    for (const [index, { resolve, reject }] of batch.entries()) {
      const result = results[index];
      if (result?.status === "fulfilled") resolve(result.value);
      else reject(result?.reason ?? new Error("this item of a batch was left out"));
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}
