import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStepFunctions } from "../../local/step-functions/server.ts";
import { readCases, type Case } from "./cases.ts";
import type { Matching } from "./matching.ts";
import { redList } from "./red-list.ts";
import { runCase, type Bench } from "./run-case.ts";

/** Most of a case's time is waiting; more than this at once slows the two sides down without ending sooner. */
const atOnce = 40;

const groups = readCases();
const reasons = new Map(redList.flatMap(({ reason, ids }) => ids.map((id) => [id, reason] as const)));
const outcomes = new Map<string, Matching>();
let bench: Bench | undefined;

async function openBench(): Promise<Bench> {
  const endpoint = await startStepFunctions();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const requestHandler = { httpAgent: { maxSockets: 2 * atOnce, keepAlive: true } };
  const config = {
    endpoint: endpoint.url,
    region: endpoint.region,
    credentials,
    maxAttempts: 1,
    requestHandler,
  };
  return { endpoint, sfn: new SFNClient(config), sqs: new SQSClient(config) };
}

async function outcomeOf(on: Bench, each: Case): Promise<Matching> {
  try {
    return await runCase(on, each);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error
        ? `: ${error.cause.name}: ${error.cause.message}`
        : "";
    return { difference: `${String(error)}${cause}` };
  }
}

beforeAll(async () => {
  const opened = await openBench();
  bench = opened;
  const queue = [...groups.values()].flat();
  const runNext = async () => {
    for (let each = queue.shift(); each !== undefined; each = queue.shift())
      outcomes.set(each.id, await outcomeOf(opened, each));
  };
  await Promise.all(Array.from({ length: atOnce }, runNext));
});

afterAll(async () => {
  bench?.sfn.destroy();
  bench?.sqs.destroy();
  await bench?.endpoint.close();
  for (const [group, cases] of groups) {
    const passed = cases.filter(({ id }) => outcomes.get(id)?.bindings !== undefined);
    const loose = passed.filter(({ id }) => (outcomes.get(id)?.loose ?? []).length > 0).length;
    const inHead = loose === 0 ? "" : ` (${loose} with a text that agrees in its head only)`;
    process.stdout.write(`${group}: passed ${passed.length} of ${cases.length}${inHead}\n`);
  }
});

describe.each([...groups])("%s", (_, cases) => {
  it.each(cases.map((each) => [each.id]))("%s", (id) => {
    const outcome = outcomes.get(id);
    const reason = reasons.get(id);
    if (process.env.CONFORMANCE_LOOSE !== undefined)
      for (const each of outcome?.loose ?? []) process.stdout.write(`${id}\n  ${each}\n`);
    if (reason === undefined && outcome?.bindings === undefined) throw new Error(outcome?.difference);
    if (reason !== undefined)
      expect(outcome?.bindings, `passes, so it must leave the red list: ${reason}`).toBeUndefined();
  });
});

it("the red list names cases that exist", () => {
  const known = new Set([...groups.values()].flat().map(({ id }) => id));
  expect(redList.flatMap(({ ids }) => ids).filter((id) => !known.has(id))).toEqual([]);
});
