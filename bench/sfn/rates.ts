import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { median } from "../support/report.ts";
import {
  approval,
  clientOf,
  createActivity,
  createMachine,
  fivePasses,
  roundTrip,
  startExecution,
  times,
} from "./client.ts";
import { cpuMs, serve, serveNothing, type ServerProcess } from "./server-process.ts";

const rounds = 5;
const countOfRound = 2_000;

interface Round {
  /** How often a second. */
  rate: number;
  /** Of a processor, for one. */
  serverMs: number;
  callerMs: number;
}

/** Executions and answered tasks a second over the wire, and how much of it is the endpoint's own. */
export async function rates(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  await using nothing = await serveNothing();
  await using forgetful = await serve(null);
  await using keeping = await serve(folder);
  const servers = { nothing, forgetful, keeping };
  for (const { what, prepare, work } of [executions, answers]) {
    const measured = new Map<string, Round[]>();
    // In turns, so that whatever else the machine does meets all of them; the first turn warms up.
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, server] of Object.entries(servers)) {
        const one = await measure(server, name === "nothing" ? null : prepare, work);
        if (round > 0) measured.set(name, [...(measured.get(name) ?? []), one]);
      }
    print(what, measured);
  }
  await rm(folder, { recursive: true, force: true });
}

type Prepare = (client: SFNClient) => Promise<string>;
type Work = (client: SFNClient, arn: string) => Promise<void>;

const executions = {
  what: "executions of five Pass states",
  prepare: (async (client) => createMachine(client, "five-passes", fivePasses)) satisfies Prepare,
  work: startExecution satisfies Work,
};

const answers = {
  what: "GetActivityTask → SendTaskSuccess",
  prepare: (async (client) => {
    const activityArn = await createActivity(client);
    const machine = await createMachine(client, "approval", approval(activityArn));
    await times(countOfRound, () => startExecution(client, machine));
    return activityArn;
  }) satisfies Prepare,
  work: roundTrip satisfies Work,
};

const anyArn = "arn:aws:states:us-east-1:123456789012:activity:bench";

async function measure(server: ServerProcess, prepare: Prepare | null, work: Work): Promise<Round> {
  const client = clientOf(server.url);
  const arn = prepare === null ? anyArn : await prepare(client);
  const before = { at: performance.now(), server: server.cpuMs(), caller: cpuMs(process.pid) };
  await times(countOfRound, () => work(client, arn));
  const seconds = (performance.now() - before.at) / 1000;
  client.destroy();
  return {
    rate: countOfRound / seconds,
    serverMs: (server.cpuMs() - before.server) / countOfRound,
    callerMs: (cpuMs(process.pid) - before.caller) / countOfRound,
  };
}

function print(what: string, measured: ReadonlyMap<string, readonly Round[]>): void {
  const of = (name: string, member: keyof Round) =>
    median((measured.get(name) ?? []).map((round) => round[member]));
  const bare = of("nothing", "rate");
  console.log(`      ${what}: ${bare.toFixed(0)}/s from a server that does nothing`);
  for (const [name, shown] of [
    ["forgetful", "in memory"],
    ["keeping", "with its journal"],
  ] as const) {
    const own = of(name, "serverMs") - of("nothing", "serverMs");
    const all = of(name, "serverMs") + of(name, "callerMs");
    const rate = of(name, "rate");
    const parts = [
      `${rate.toFixed(0)}/s, ${(rate / bare).toFixed(2)} of that`,
      `processor ${all.toFixed(2)} ms each, ${own.toFixed(2)} ms (${((own / all) * 100).toFixed(0)} %) the endpoint's own`,
    ];
    console.log(`      ${" ".repeat(4)}${shown.padEnd(18)}${parts.join("; ")}`);
  }
}
