import { answers } from "./fleet/answers.ts";
import { beats } from "./fleet/beats.ts";
import { intake } from "./fleet/intake.ts";
import { otherWorker } from "./fleet/other-worker.ts";
import { openSurroundings } from "./fleet/surroundings.ts";
import { workerMemory } from "./fleet/worker-memory.ts";

/** What storing, keeping alive and answering cost beside the SDK's bare calls, on an endpoint that answers at once. */
export async function fleet(): Promise<boolean> {
  // What is measured is what the code can do, not what AWS allows.
  await using surroundings = await openSurroundings({ heartbeatsPerSecond: 100_000 });
  console.log(
    surroundings.redisUrl === null
      ? "      the queue is BullMQ on Postgres"
      : "      the queue is BullMQ on Redis",
  );
  const kept = [await intake(surroundings), await beats(surroundings)];
  await otherWorker(surroundings);
  kept.push(await workerMemory(surroundings), await answers(surroundings));
  return kept.every(Boolean);
}
