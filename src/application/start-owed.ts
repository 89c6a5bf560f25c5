import type { Deps } from "./deps.ts";
import { startExecution, type StartDeps } from "./start-execution.ts";

/** StartExecution calls under way at once for one delivery. */
const concurrency = 5;
/** GitHub waits ten seconds for a reply (GitHub docs, best practices for webhooks); most of them stay in reserve. */
const replyWithinMs = 4_000;

/**
 * Starts what a delivery owes, several at once, and returns when all have been tried or the reply has to go out. The rest goes on, and
 * the sweep makes up what fails.
 */
export async function startOwed(
  deps: StartDeps & Pick<Deps, "clock">,
  ids: readonly string[],
): Promise<void> {
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await startOne(deps, id);
  };
  const over = new AbortController();
  const all = Promise.all(Array.from({ length: concurrency }, work));
  await Promise.race([all, deps.clock.sleep(replyWithinMs, over.signal)]);
  over.abort();
}

/** What is stored is owed, whatever happens to this try. */
async function startOne(deps: StartDeps, id: string): Promise<void> {
  try {
    await startExecution(deps, id);
  } catch (error) {
    deps.log.warn({ err: error, startId: id }, "an execution is still owed; the sweep tries again");
  }
}
