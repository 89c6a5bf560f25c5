import { ManualClock } from "../../local/step-functions/clock.ts";
import { chaining } from "../../src/adapters/crypto/chaining.ts";
import { createForms } from "../../src/adapters/forms/forms.ts";
import type { Deps } from "../../src/application/deps.ts";
import { silentMeter } from "../../src/application/ports/meter.ts";
import type { TaskSource } from "../../src/application/ports/step-functions.ts";
import { startPollerPool, type PollSlots } from "../../workers/poller-pool.ts";
import type { StoreGate } from "../../workers/store-gate.ts";
import { movedClock } from "./moved-clock.ts";

/** What else of a pool's surroundings a test may set. */
interface Around {
  giveBack?: TaskSource["giveBack"];
  add?: () => Promise<"added">;
  probe?: () => Promise<void>;
  gate?: StoreGate;
  manual?: ManualClock;
}

/** A pool on a source that answers as `take` says, with all that it counts and logs. */
export function poolOn(
  take: TaskSource["take"],
  pollers = { min: 3, max: 10 },
  slots?: PollSlots,
  around: Around = {},
) {
  const manual = around.manual ?? new ManualClock(0, 4);
  const log: string[] = [];
  const write = (level: string) => (_fields: object, message: string) =>
    void log.push(`${level}: ${message}`);
  const polls: string[] = [];
  const ends: string[] = [];
  const deps: Parameters<typeof startPollerPool>[0] = {
    taskSource: { take, giveBack: around.giveBack ?? (() => Promise.resolve("given_back")) },
    approvals: {
      add: around.add ?? (() => Promise.resolve("added")),
      probe: around.probe ?? (() => Promise.resolve()),
    } as unknown as Deps["approvals"],
    policies: [],
    triggeredMachines: [],
    chaining,
    forms: createForms(),
    bell: { ring: () => Promise.resolve(true) },
    clock: movedClock(manual),
    entropy: { uuid: () => crypto.randomUUID(), fraction: () => 0.5 },
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    meter: {
      ...silentMeter,
      pollEnded: (_arn, outcome) => void polls.push(outcome),
      tokenNotStored: (end) => void ends.push(end),
    },
  };
  const activity = { arn: "arn:a", pollers, reject: { as: "success" }, heartbeatSeconds: null } as const;
  const pool = startPollerPool(deps, activity, slots, around.gate);
  const count = () => Object.values(pool.states()).reduce((sum, each) => sum + each, 0);
  return {
    pool,
    manual,
    log: () => log.filter((line) => !line.startsWith("debug") && !line.includes("approval received")),
    polls,
    ends,
    count,
  };
}
