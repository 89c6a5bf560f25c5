import { SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { decide } from "../../src/application/decide.ts";
import { noLimits } from "../../src/domain/actor.ts";
import { createBeatWatch } from "../../workers/beat-watch.ts";
import { startQueueWorkers, workOf } from "../../workers/queue-workers.ts";
import { median } from "../support/report.ts";
import { atMost, note } from "./ratio.ts";
import type { Surroundings } from "./surroundings.ts";

const decisions = 150;
const warmUp = 30;
/** What a call of AWS takes from a machine in the same region, and no way at all. */
const delaysMs = [20, 0];

const bot = {
  kind: "bot",
  id: "5a0f8e8e-6f7e-4a55-9c9e-3e8a37d4f1aa",
  name: "bench",
  scopes: ["decide"],
  limits: noLimits,
} as const;

/** From the decision, which is committed, to its accepted answer (bell, queue, claim, call, settled row), with 100,000 pending. */
export async function answers({ stub, composed }: Surroundings): Promise<boolean> {
  const { database, queue } = composed;
  const settled = new Map<string, () => void>();
  const deps = {
    ...composed.deps,
    answers: {
      ...composed.deps.answers,
      settle: async (...args: Parameters<typeof composed.deps.answers.settle>) => {
        const isSettled = await composed.deps.answers.settle(...args);
        settled.get(args[0])?.();
        return isSettled;
      },
    },
  };
  const workers = startQueueWorkers(queue, workOf(deps, createBeatWatch(deps)));
  const rows = await database.client.$queryRaw<{ id: string }[]>`
    select approval.id from approval join task_token on approval_id = approval.id
    where status = 'pending' and ciphertext is not null
    limit ${delaysMs.length * (decisions + warmUp)}`;
  const ids = rows.map(({ id }) => id);
  const kept: boolean[] = [];
  for (const delayMs of delaysMs) {
    await stub.set({ delayMs });
    const client = stub.rawClient();
    const ours: number[] = [];
    const bare: number[] = [];
    for (let n = 0; n < decisions + warmUp; n += 1) {
      const id = ids.pop() ?? "";
      const isAccepted = new Promise<void>((resolve) => settled.set(id, resolve));
      const ballot = { verdict: "approve", comment: null, output: null, idempotency: null } as const;
      await decide(deps, { approvalId: id, caller: bot, ...ballot });
      const decidedAt = performance.now();
      await isAccepted;
      ours.push(performance.now() - decidedAt);
      const startedAt = performance.now();
      await client.send(new SendTaskSuccessCommand({ taskToken: "t".repeat(512), output: "{}" }));
      bare.push(performance.now() - startedAt);
    }
    client.destroy();
    const what = `decision to accepted, calls take ${delayMs} ms`;
    const [ourMs, bareMs] = [median(ours.slice(warmUp)), median(bare.slice(warmUp))];
    // Without a network between, a call is nothing and the way to it (commit, bell, claim, token, row) is all: told, with no limit.
    if (delayMs > 0) kept.push(atMost(what, ourMs, bareMs, 2));
    else note(what, ourMs, bareMs);
  }
  await stub.set({ delayMs: 0 });
  await Promise.all(workers.map((worker) => worker.close()));
  return kept.every(Boolean);
}
