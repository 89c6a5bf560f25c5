import type { Deps } from "../src/application/deps.ts";
import type { JobQueue, QueueName, RunningWorker } from "../src/application/ports/queue.ts";
import { applyPolicy } from "../src/application/apply-policy.ts";
import { deliverAnswer } from "../src/application/deliver-answer.ts";
import { identifyTask } from "../src/application/identify-task.ts";
import { sendBeats } from "../src/application/send-beats.ts";
import { startExecution } from "../src/application/start-execution.ts";
import { supersedeByNewer } from "../src/application/supersede-by-newer.ts";
import type { Work } from "../src/application/own-hands.ts";
import type { BeatWatch } from "./beat-watch.ts";

/** Jobs of one kind that a process works on at once. A batch of beats is a hundred calls, so few batches are enough. */
const concurrency: Record<QueueName, number> = {
  beats: 4,
  answers: 20,
  identify: 4,
  starts: 4,
  policies: 4,
  supersede: 4,
};

/** Which use case answers which bell. */
export function workOf(deps: Deps, beatWatch: Pick<BeatWatch, "plan">): Work {
  const { tracer } = deps;
  const each =
    (name: string, key: `countersign.${string}`, work: (id: string) => Promise<void>) =>
    async (ids: readonly string[]) => {
      for (const id of ids) await tracer.span(name, { [key]: id }, () => work(id));
    };
  return {
    beats: async () => {
      const plan = await beatWatch.plan();
      await tracer.span("heartbeat batch", {}, () => sendBeats(deps, plan));
    },
    answers: each("deliver answer", "countersign.approval_id", (id) => deliverAnswer(deps, id)),
    identify: each("identify", "countersign.approval_id", (id) => identifyTask(deps, id)),
    policies: each("apply policy", "countersign.approval_id", (id) => applyPolicy(deps, id)),
    starts: each("start execution", "countersign.start_id", (id) => startExecution(deps, id)),
    supersede: each("supersede", "countersign.approval_id", (id) => supersedeByNewer(deps, id)),
  };
}

export function startQueueWorkers(queue: JobQueue, work: Work): RunningWorker[] {
  const names = Object.keys(concurrency) as QueueName[];
  return names.map((name) => queue.work(name, concurrency[name], work[name]));
}
