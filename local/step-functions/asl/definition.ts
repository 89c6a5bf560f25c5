import { z } from "zod";
import { isTimestamp } from "./timestamp.ts";

/** The states language as far as this endpoint runs it; https://states-language.net/spec.html. Unknown fields are ignored. */

const seconds = z.int().min(1).max(99_999_999);
const path = z.string().startsWith("$");
const nullablePath = path.nullish();
const template = z.json();
/** Refused rather than ignored: a machine that needs them would run, and do something else. */
const common = {
  QueryLanguage: z.literal("JSONPath", "Only JSONPath is supported by this endpoint yet").optional(),
  Assign: z.undefined("Variables are not supported by this endpoint yet").optional(),
};
const transition = { Next: z.string().optional(), End: z.boolean().optional() };
const paths = { ...common, InputPath: nullablePath, OutputPath: nullablePath };
const timestamp = z.string().refine(isTimestamp, "String does not match RFC3339 timestamp");

const retrier = z.object({
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: seconds.optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  /** Below a year and a day, as AWS has it. */
  MaxDelaySeconds: z.int().min(1).max(31_622_399).optional(),
  JitterStrategy: z.enum(["FULL", "NONE"]).optional(),
});

const catcher = z.object({
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: nullablePath,
});

const passState = z.object({
  Type: z.literal("Pass"),
  ...paths,
  ...transition,
  Result: z.json().optional(),
  ResultPath: nullablePath,
  Parameters: template.optional(),
});

const taskState = z.object({
  Type: z.literal("Task"),
  Resource: z.string(),
  ...paths,
  ...transition,
  Parameters: template.optional(),
  ResultSelector: template.optional(),
  ResultPath: nullablePath,
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
  TimeoutSeconds: seconds.optional(),
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: seconds.optional(),
  HeartbeatSecondsPath: path.optional(),
});

/** A rule of a Choice state: its one operator is found at run time, among the members. */
const choiceRule = z.looseObject({
  Variable: path.optional(),
  get And() {
    return z.array(choiceRule).min(1).optional();
  },
  get Or() {
    return z.array(choiceRule).min(1).optional();
  },
  get Not() {
    return choiceRule.optional();
  },
});

const choiceState = z.object({
  Type: z.literal("Choice"),
  ...paths,
  Choices: z.array(z.intersection(choiceRule, z.object({ Next: z.string() }))).min(1),
  Default: z.string().optional(),
});

const waitState = z.object({
  Type: z.literal("Wait"),
  ...paths,
  ...transition,
  Seconds: z.int().min(0).max(99_999_999).optional(),
  SecondsPath: path.optional(),
  Timestamp: timestamp.optional(),
  TimestampPath: path.optional(),
});

const succeedState = z.object({ Type: z.literal("Succeed"), ...paths });

const failState = z.object({
  Type: z.literal("Fail"),
  Error: z.string().optional(),
  ErrorPath: z.string().optional(),
  Cause: z.string().optional(),
  CausePath: z.string().optional(),
});

const state = z.discriminatedUnion("Type", [
  passState,
  taskState,
  choiceState,
  waitState,
  succeedState,
  failState,
]);

export const stateMachineShape = z.object({
  Comment: z.string().optional(),
  Version: z.literal("1.0").optional(),
  QueryLanguage: common.QueryLanguage,
  StartAt: z.string(),
  States: z.record(z.string(), state),
  TimeoutSeconds: seconds.optional(),
});

export type Retrier = z.infer<typeof retrier>;
export type Catcher = z.infer<typeof catcher>;
export type ChoiceRule = z.infer<typeof choiceRule>;
export type PassState = z.infer<typeof passState>;
export type TaskState = z.infer<typeof taskState>;
export type ChoiceState = z.infer<typeof choiceState>;
export type WaitState = z.infer<typeof waitState>;
export type SucceedState = z.infer<typeof succeedState>;
export type FailState = z.infer<typeof failState>;
export type State = z.infer<typeof state>;
/** A definition that has passed {@link stateMachineShape}. */
export type StateMachine = z.infer<typeof stateMachineShape>;
