import type { Deps } from "./deps.ts";
import type { QueueName } from "./ports/queue.ts";

/** What is done when a bell rings. */
export type Work = Readonly<Record<QueueName, (ids: readonly string[]) => Promise<void>>>;

/** Does what nobody can be rung for: a task must not die because Redis is away. */
export interface OwnHands {
  /**
   * Begins, and does not wait. What is under way is not begun again, but for jobs without ids, which find out by themselves what to do:
   * one that hangs keeps no other waiting. What would be too much at once is left for the next sweep.
   */
  take(queue: QueueName, jobs: readonly { key: string; ids: readonly string[] }[]): void;
  /** Until nothing is under way. */
  idle(): Promise<void>;
}

/** Of each kind. A batch of beats is a hundred calls, so few batches are enough. */
const atOnce = (queue: QueueName) => (queue === "beats" ? 4 : 20);

export function createOwnHands({ log }: Pick<Deps, "log">, work: Work): OwnHands {
  const underWay = new Map<QueueName, Map<string, Promise<void>>>();
  let begun = 0;
  const begin = async (queue: QueueName, ids: readonly string[]) => {
    try {
      await work[queue](ids);
    } catch (error) {
      log.warn(
        { err: error, queue },
        "could not do this without the queue; the next sweep repeats what is due",
      );
    }
  };
  return {
    take(queue, jobs) {
      const mine = underWay.get(queue) ?? new Map<string, Promise<void>>();
      underWay.set(queue, mine);
      for (const { key, ids } of jobs) {
        begun += 1;
        const own = ids.length === 0 ? `${key}-${begun}` : key;
        if (mine.has(own) || mine.size >= atOnce(queue)) continue;
        mine.set(
          own,
          begin(queue, ids).finally(() => mine.delete(own)),
        );
      }
    },
    async idle() {
      const all = () => [...underWay.values()].flatMap((mine) => [...mine.values()]);
      for (let left = all(); left.length > 0; left = all()) await Promise.all(left);
    },
  };
}
