import type { Deps } from "../src/application/deps.ts";
import type { JobQueue, QueueName, RunningWorker } from "../src/application/ports.ts";
import { deliverAnswer } from "../src/application/deliver-answer.ts";
import { identifyTask } from "../src/application/identify-task.ts";
import { sendBeats } from "../src/application/send-beats.ts";
import { startExecution } from "../src/application/start-execution.ts";

/** Jobs of one kind that a process works on at once. A batch of beats is a hundred calls, so few batches are enough. */
const concurrency: Record<QueueName, number> = { beats: 4, answers: 20, identify: 4, starts: 4 };

/** Ties each queue to its use case. */
export function startQueueWorkers(deps: Deps, queue: JobQueue): RunningWorker[] {
  const each = (work: (id: string) => Promise<void>) => async (ids: readonly string[]) => {
    for (const id of ids) await work(id);
  };
  return [
    queue.work("beats", concurrency.beats, (ids) => sendBeats(deps, ids)),
    queue.work(
      "answers",
      concurrency.answers,
      each((id) => deliverAnswer(deps, id)),
    ),
    queue.work(
      "identify",
      concurrency.identify,
      each((id) => identifyTask(deps, id)),
    ),
    queue.work(
      "starts",
      concurrency.starts,
      each((id) => startExecution(deps, id)),
    ),
  ];
}
