import { GetActivityTaskCommand } from "@aws-sdk/client-sfn";
import { setTimeout as delay } from "node:timers/promises";
import { startPollerPool } from "../../workers/poller-pool.ts";
import { median } from "../support/report.ts";
import { atLeast, perSecond } from "./ratio.ts";
import { activityArn, type Surroundings } from "./surroundings.ts";

const tasks = 4_000;
const pollers = 50;
const rounds = 3;

/** Tokens taken and committed, against tokens that the bare SDK takes and drops. */
export async function intake(surroundings: Surroundings): Promise<boolean> {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    bare.push(await bareLoop(surroundings));
    ours.push(await pool(surroundings));
  }
  // The first round warms both up.
  return atLeast("tokens taken and committed", median(ours.slice(1)), median(bare.slice(1)), 0.8);
}

async function bareLoop({ stub }: Surroundings): Promise<number> {
  await stub.set({ tasks });
  const client = stub.rawClient();
  const rate = await perSecond(tasks, pollers, () =>
    client.send(new GetActivityTaskCommand({ activityArn })),
  );
  client.destroy();
  return rate;
}

async function pool({ stub, composed }: Surroundings): Promise<number> {
  const { deps, database } = composed;
  const settings = deps.activities.get(activityArn);
  if (settings === undefined) throw new Error("the activity is not configured");
  const count = async () => {
    const [row] = await database.client.$queryRaw<
      { count: number }[]
    >`select count(*)::int as count from approval`;
    return row?.count ?? 0;
  };
  const before = await count();
  await stub.set({ tasks });
  const startedAt = performance.now();
  const running = startPollerPool(deps, settings);
  while (running.states().polling < pollers) await delay(2);
  // All of them wait at the stub, which has nothing left to give.
  while ((await count()) < before + tasks) await delay(5);
  const rate = tasks / ((performance.now() - startedAt) / 1000);
  void running.close();
  await stub.set({ tasks: pollers });
  while (Object.values(running.states()).some((each) => each > 0)) await delay(5);
  return rate;
}
