import { setTimeout as delay } from "node:timers/promises";
import type { Disturbance, Evidence } from "./evidence.ts";
import type { Rates } from "./endpoint-messages.ts";
import type { Plan } from "./plan.ts";
import type { Surroundings } from "./surroundings.ts";

type Disturbances = { disturbances: Disturbance[]; kills: Evidence["kills"][number][] };

/** A bad day of a service: one call in eight goes wrong. */
const usual: Rates = { dropReply: 0.02, dropRequest: 0.03, throttle: 0.04, error: 0.03 };
/** A bad minute: every other one. */
const worse: Rates = { dropReply: 0.05, dropRequest: 0.15, throttle: 0.2, error: 0.1 };

/** Lets things go wrong, one kind after the other in random order, until the plan's time is over; then everything runs again. */
export async function disturb(
  around: Surroundings,
  plan: Plan,
  random: () => number,
  say: (line: string) => void,
): Promise<Disturbances> {
  const found: Disturbances = { disturbances: [], kills: [] };
  const note = async (what: string, work: () => Promise<void>) => {
    const from = Date.now();
    await work();
    found.disturbances.push({ what, from, to: Date.now() });
    say(`${what} (${Date.now() - from} ms)`);
  };
  const kinds = kindsOf(around, plan, found, note, random);
  const until = Date.now() + plan.disturbForMs;
  around.endpoint.setRates(usual);
  let bag: (() => Promise<void>)[] = [];
  while (Date.now() < until) {
    const [shortest, longest] = plan.disturbEveryMs;
    await delay(shortest + random() * (longest - shortest));
    // Each kind once before any comes again.
    if (bag.length === 0) bag = shuffled(kinds, random);
    await bag.pop()?.();
  }
  around.endpoint.setRates(null);
  return found;
}

function kindsOf(
  around: Surroundings,
  plan: Plan,
  { kills }: Disturbances,
  note: (what: string, work: () => Promise<void>) => Promise<void>,
  random: () => number,
): (() => Promise<void>)[] {
  const { postgres, redis, endpoint, workers } = around;
  const killWorker = async () => {
    const [victim] = workers.splice(Math.floor(random() * workers.length), 1);
    if (victim === undefined) return;
    kills.push({ caller: victim.caller, at: Date.now() });
    await victim.process.kill("SIGKILL");
  };
  const startWorker = () => around.startWorker().process.says('"msg":"ready"', 60_000);
  return [
    () => note("worker killed", () => killWorker().then(startWorker)),
    () =>
      // As where a machine is paused: its connections stay, and with them what it has locked.
      note("worker frozen", async () => {
        const frozen = workers[Math.floor(random() * workers.length)]?.process.child;
        frozen?.kill("SIGSTOP");
        await delay(plan.freezeMs);
        frozen?.kill("SIGCONT");
      }),
    () => note("Postgres away", () => postgres.stop(random() < 0.5).then(postgres.start)),
    async () => {
      await note("Postgres away", async () => {
        await postgres.stop(true);
        await delay(200);
        await killWorker();
        await postgres.start();
      });
      await note("worker killed", startWorker);
    },
    () =>
      note("Step Functions at its worst", async () => {
        endpoint.setRates(worse);
        await delay(2_000);
        endpoint.setRates(usual);
      }),
    ...(redis === null
      ? []
      : [
          () => note("Redis flushed", () => redis.flush()),
          () => note("Redis away", () => redis.stop().then(redis.start)),
        ]),
  ];
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
