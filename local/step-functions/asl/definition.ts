import { z } from "zod";

/**
 * The states language as far as its shape goes; https://states-language.net/spec.html. What depends on the query language,
 * on other fields or on other states is checked by validate-definition.ts.
 */

/** `{% … %}`: what JSONata states may have in place of nearly any value. */
export const expressionPattern = /^\{%[^]*%\}$/u;
const expression = z.string().regex(expressionPattern, "Value is not a number");

const seconds = z.union([z.int().min(1).max(99_999_999), expression]).optional();
const path = z.string().startsWith("$");
const nullablePath = path.nullish();
const template = z.json().optional();
const queryLanguage = z.enum(["JSONPath", "JSONata"]).optional();
const assign = z.record(z.string(), z.json()).optional();

const common = { Comment: z.string().optional(), QueryLanguage: queryLanguage };
const transition = { Next: z.string().optional(), End: z.boolean().optional() };
const flow = {
  ...common,
  InputPath: nullablePath,
  OutputPath: nullablePath,
  Output: template,
  Assign: assign,
};

const retrier = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().min(1).max(99_999_999).optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  /** Below a year and a day, as AWS has it. */
  MaxDelaySeconds: z.int().min(1).max(31_622_399).optional(),
  JitterStrategy: z.enum(["FULL", "NONE"]).optional(),
});

const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  ResultPath: nullablePath,
  Output: template,
  Assign: assign,
});

/** What Task, Parallel and Map have in common: they may fail, and they have a result of their own. */
const work = {
  ...flow,
  ...transition,
  Parameters: template,
  Arguments: template,
  ResultSelector: template,
  ResultPath: nullablePath,
  Retry: z.array(retrier).optional(),
  Catch: z.array(catcher).optional(),
};

const passState = z.strictObject({
  Type: z.literal("Pass"),
  ...flow,
  ...transition,
  Result: template,
  ResultPath: nullablePath,
  Parameters: template,
});

const taskState = z.strictObject({
  Type: z.literal("Task"),
  Resource: z.string(),
  ...work,
  Credentials: template,
  TimeoutSeconds: seconds,
  TimeoutSecondsPath: path.optional(),
  HeartbeatSeconds: seconds,
  HeartbeatSecondsPath: path.optional(),
});

/** A rule of a Choice state: its one operator is found at run time, among the members. */
const choiceRule = z.looseObject({
  Variable: path.optional(),
  Condition: z.union([z.boolean(), z.string()]).optional(),
  Output: template,
  Assign: assign,
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

const choiceState = z.strictObject({
  Type: z.literal("Choice"),
  ...flow,
  Choices: z.array(z.intersection(choiceRule, z.object({ Next: z.string() }))).min(1),
  Default: z.string().optional(),
});

const waitState = z.strictObject({
  Type: z.literal("Wait"),
  ...flow,
  ...transition,
  Seconds: z.union([z.int().min(0).max(99_999_999), expression]).optional(),
  SecondsPath: path.optional(),
  Timestamp: z.string().optional(),
  TimestampPath: path.optional(),
});

const succeedState = z.strictObject({
  Type: z.literal("Succeed"),
  ...common,
  InputPath: nullablePath,
  OutputPath: nullablePath,
  Output: template,
});

const failState = z.strictObject({
  Type: z.literal("Fail"),
  ...common,
  Error: z.string().optional(),
  ErrorPath: z.string().optional(),
  Cause: z.string().optional(),
  CausePath: z.string().optional(),
});

/** States that form a whole of their own: a machine, a branch of a Parallel state, what a Map state does with an item. */
export interface Scope {
  readonly StartAt: string;
  readonly States: States;
}

/** An interface, not an alias: a state may have states within, and only interfaces may go round in a circle. */
export interface States {
  readonly [name: string]: State;
}

const states: z.ZodType<States> = z.lazy(() => z.record(z.string(), state));
const scope = { Comment: z.string().optional(), StartAt: z.string(), States: states };

const parallelState = z.strictObject({
  Type: z.literal("Parallel"),
  ...work,
  Branches: z.array(z.strictObject(scope)).min(1),
});

const processorConfig = z.strictObject({
  Mode: z.enum(["INLINE", "DISTRIBUTED"]).optional(),
  ExecutionType: z.enum(["STANDARD", "EXPRESS"]).optional(),
});

const count = z.union([z.int().min(1), expression]).optional();

const itemBatcher = z.strictObject({
  BatchInput: template,
  MaxItemsPerBatch: count,
  MaxItemsPerBatchPath: path.optional(),
  MaxInputBytesPerBatch: count,
  MaxInputBytesPerBatchPath: path.optional(),
});

const itemProcessor = z.strictObject({ ...scope, ProcessorConfig: processorConfig.optional() }).optional();

const mapState = z.strictObject({
  Type: z.literal("Map"),
  ...work,
  ItemsPath: path.optional(),
  Items: z.union([z.array(z.json()), z.record(z.string(), z.json()), z.string()]).optional(),
  ItemSelector: template,
  ItemProcessor: itemProcessor,
  /** The name of ItemProcessor before there was a distributed mode. */
  Iterator: itemProcessor,
  ItemReader: template,
  ItemBatcher: itemBatcher.optional(),
  ResultWriter: template,
  Label: z.string().max(40).optional(),
  MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
  MaxConcurrencyPath: path.optional(),
  ToleratedFailureCount: z.union([z.int().min(0), expression]).optional(),
  ToleratedFailureCountPath: path.optional(),
  ToleratedFailurePercentage: z.union([z.number().min(0).max(100), expression]).optional(),
  ToleratedFailurePercentagePath: path.optional(),
});

const state = z.discriminatedUnion("Type", [
  passState,
  taskState,
  choiceState,
  waitState,
  succeedState,
  failState,
  parallelState,
  mapState,
]);

export const stateMachineShape = z.strictObject({
  ...scope,
  Version: z.literal("1.0").optional(),
  QueryLanguage: queryLanguage,
  TimeoutSeconds: z.int().min(1).max(99_999_999).optional(),
});

export type QueryLanguage = "JSONPath" | "JSONata";
export type Retrier = z.infer<typeof retrier>;
export type Catcher = z.infer<typeof catcher>;
export type ChoiceRule = z.infer<typeof choiceRule>;
export type PassState = z.infer<typeof passState>;
export type TaskState = z.infer<typeof taskState>;
export type ChoiceState = z.infer<typeof choiceState>;
export type WaitState = z.infer<typeof waitState>;
export type SucceedState = z.infer<typeof succeedState>;
export type FailState = z.infer<typeof failState>;
export type ParallelState = z.infer<typeof parallelState>;
export type MapState = z.infer<typeof mapState>;
export type State =
  PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;
/** A definition that has passed {@link stateMachineShape}. */
export type StateMachine = z.infer<typeof stateMachineShape>;

/** The scopes inside a state, each with its place in the state's definition. */
export function innerScopes(state: State): readonly (readonly [place: string, scope: Scope])[] {
  if (state.Type === "Parallel") return state.Branches.map((branch, index) => [`Branches[${index}]`, branch]);
  if (state.Type !== "Map") return [];
  const place = state.ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  const processor = state.ItemProcessor ?? state.Iterator;
  return processor === undefined ? [] : [[place, processor]];
}
