import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const params = z.record(z.string(), z.json());

const expectedEvent = z.object({
  /** null: the recording lost the order of what happened inside a Parallel state. */
  id: z.int().nullable(),
  previousEventId: z.int().nullable(),
  type: z.string(),
  details: params,
});

const expected = z.object({
  status: z.string(),
  output: z.json().optional(),
  error: z.string().optional(),
  cause: z.json().optional(),
  describe: params.optional(),
  events: z.array(expectedEvent).optional(),
});

const setup = z.record(
  z.string(),
  z.object({
    kind: z.enum(["activity", "queue", "stateMachine"]),
    deleted: z.boolean().optional(),
    definition: z.json().optional(),
  }),
);

const workerStep = z.union([z.object({ wait: z.number() }), z.looseObject({ call: z.string() })]);
const worker = z.object({
  takesFrom: z.enum(["activity", "queue"]),
  workerName: z.string().optional(),
  steps: z.array(workerStep),
});

const expectedError = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  httpStatus: z.int().optional(),
});
const callStep = z.object({
  call: z.string(),
  params: params.optional(),
  expect: z.object({ result: params.optional(), error: expectedError.optional() }).optional(),
});
const waitStep = z.object({ wait: z.enum(["closed", "started"]), executionArn: z.string() });

const common = { id: z.string(), group: z.string(), needs: z.array(z.string()), setup: setup.optional() };
const executionCase = z.object({
  ...common,
  worker: worker.optional(),
  definition: z.json(),
  input: z.json().optional(),
  name: z.string().optional(),
  expect: expected,
});
const apiCase = z.object({ ...common, steps: z.array(z.union([callStep, waitStep])) });
const cases = z.array(z.union([apiCase, executionCase]));

export type ExpectedEvent = z.infer<typeof expectedEvent>;
export type ExpectedError = z.infer<typeof expectedError>;
export type Setup = z.infer<typeof setup>;
export type Worker = z.infer<typeof worker>;
export type ExecutionCase = z.infer<typeof executionCase>;
export type ApiCase = z.infer<typeof apiCase>;
export type Case = ExecutionCase | ApiCase;

/** The data's home, and the copy of it in this repository, which is all that a checkout elsewhere has. */
const folders = ["../../../shared/conformance", "./data"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Reads all cases, group by group. */
export function readCases(): Map<string, Case[]> {
  const folder = folders.find((each) => existsSync(each));
  if (folder === undefined) throw new Error(`no conformance data in ${folders.join(" or ")}`);
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return new Map(
    files.sort().map((file) => [file.slice(0, -".json".length), readGroup(`${folder}/${file}`)]),
  );
}

function readGroup(file: string): Case[] {
  return cases.parse(JSON.parse(readFileSync(file, "utf8")));
}
