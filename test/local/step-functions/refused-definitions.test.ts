import { describe, expect, it } from "vitest";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";

const pass = { Type: "Pass", End: true };
const sqs = "arn:aws:states:::sqs:sendMessage";
const message = { QueueUrl: "q", MessageBody: "m" };

function faultsOf(definition: object, type?: "EXPRESS"): string[] {
  const validated = validateDefinition(JSON.stringify(definition), type);
  return validated.ok
    ? []
    : validated.diagnostics.map(({ code, message: text, location }) => `${code}: ${text} at ${location}`);
}

/** The faults of a state that stands alone, without its place in the machine. */
function inState(state: object, type?: "EXPRESS"): string[] {
  const faults = faultsOf({ StartAt: "S", States: { S: { End: true, ...state } } }, type);
  return faults.map((fault) => fault.replace("SCHEMA_VALIDATION_FAILED: ", "").replace("/States/S", ""));
}

function inRule(rule: object, more: object = {}): string[] {
  const states = { C: { Type: "Choice", Choices: [{ Next: "P", ...rule }], Default: "P", ...more }, P: pass };
  return faultsOf({ StartAt: "C", States: states }).map((fault) =>
    fault.replace("SCHEMA_VALIDATION_FAILED: ", "").replace("/States/C/Choices[0]", ""),
  );
}

const one = { Variable: "$.a", NumericGreaterThan: 1 };

describe("a rule of a Choice state is refused", () => {
  it.each<[string, object, string]>([
    [
      "two operators",
      { ...one, NumericLessThan: 3 },
      "Only one of these fields is allowed: [NumericGreaterThan, NumericLessThan] at ",
    ],
    [
      "an operator beside And",
      { Variable: "$.b", IsNull: true, And: [one] },
      "Only one of these fields is allowed: [Variable, And, IsNull] at ",
    ],
    ["And beside Or", { And: [one], Or: [one] }, "Only one of these fields is allowed: [And, Or] at "],
    ["a Next inside", { And: [{ ...one, Next: "P" }] }, "Field 'Next' is not supported at /And[0]"],
    ["an unknown field", { ...one, Foo: 1 }, "Field 'Foo' is not supported at "],
    ["no operator", { Variable: "$.a" }, "A comparison operator is required at "],
    ["no operator inside", { Not: { Variable: "$.a" } }, "A comparison operator is required at /Not"],
    ["a text for a number", { Variable: "$", NumericEquals: "1" }, "Value is not a number at /NumericEquals"],
    ["a number for a text", { Variable: "$", StringMatches: 1 }, "Value is not a string at /StringMatches"],
    ["a text for a boolean", { Variable: "$", IsPresent: "true" }, "Value is not a boolean at /IsPresent"],
    [
      "a time that is none",
      { Variable: "$", TimestampEquals: "foo" },
      "String does not match RFC3339 timestamp at /TimestampEquals",
    ],
    [
      "a path that is none",
      { Variable: "$", NumericEqualsPath: "foo" },
      "Value is not a valid JSONPath at /NumericEqualsPath",
    ],
  ])("with %s", (_what, rule, fault) => {
    expect(inRule(rule)).toEqual([fault]);
  });

  it("in JSONata, with a condition that is a plain text, or an operator of the other language", () => {
    const states = (rule: object) => ({
      StartAt: "C",
      QueryLanguage: "JSONata",
      States: { C: { Type: "Choice", Choices: [{ Next: "P", ...rule }] }, P: pass },
    });
    expect(faultsOf(states({ Condition: "true" }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: Value is not a boolean or a JSONata expression at /States/C/Choices[0]/Condition",
    ]);
    expect(faultsOf(states({ Condition: true, IsNull: true }))).toEqual([
      "SCHEMA_VALIDATION_FAILED: Field 'IsNull' is not supported at /States/C/Choices[0]",
    ]);
    expect(faultsOf(states({ Condition: "{% true %}" }))).toEqual([]);
  });

  it("not where it is right, whatever it is made of", () => {
    const inner = { Not: { Or: [one, { Variable: "$.b", IsPresent: false, Comment: "none" }] } };
    expect(inRule({ And: [inner, { Variable: "$$.Execution.Name", StringMatches: "a*" }] })).toEqual([]);
    expect(inRule({ ...one, Assign: { "v.$": "$.a" } })).toEqual([]);
  });
});

describe("a definition is refused", () => {
  it("whose states share a name, wherever they stand, or have one that is too long", () => {
    const branch = { StartAt: "A", States: { A: pass } };
    const States = { A: { Type: "Parallel", Branches: [branch], End: true } };
    expect(faultsOf({ StartAt: "A", States })).toEqual([
      "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A",
    ]);
    const long = "x".repeat(81);
    expect(faultsOf({ StartAt: long, States: { [long]: pass } })[0]).toMatch(/longer than 80 characters/);
  });

  it.each(["$.a[*].b", "$..a", "$$.a", "$var", "$.a[0:2]", "a"])("with the ResultPath %s", (path) => {
    expect(inState({ Type: "Pass", ResultPath: path }).join()).toMatch(/ResultPath$/);
    const Catch = [{ ErrorEquals: ["E"], Next: "S", ResultPath: path }];
    const task = { Type: "Task", Resource: sqs, Parameters: message, Catch };
    expect(inState(task).join()).toMatch(/ResultPath$/);
  });

  it.each(["$", "$.a", "$.a.b[0]", "$['a b']"])("not with the ResultPath %s", (path) => {
    expect(inState({ Type: "Pass", ResultPath: path })).toEqual([]);
  });

  it.each([
    "States.Foo(1)",
    "States.ArrayLength($.a, $.b)",
    "States.Format('\\d {}', 1)",
    "States.Array(01)",
    "States.UUID(1)",
    "States.Array(States.Hash('a'))",
  ])("with the function call %s", (call) => {
    expect(inState({ Type: "Pass", Parameters: { "a.$": call } })).toEqual([
      "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /Parameters",
    ]);
    expect(inState({ Type: "Fail", End: undefined, CausePath: call })).toEqual([
      "Value is not a valid JSONPath or a valid intrinsic function call at /CausePath",
    ]);
  });

  it.each<[string, object, string]>([
    ["an action that SQS does not have", { Resource: "arn:aws:states:::sqs:foo" }, "is not recognized"],
    ["a pattern that SQS does not have", { Resource: `${sqs}.sync` }, "is not recognized"],
    [
      "a function without a name",
      { Resource: "arn:aws:lambda:us-east-1:123456789012:function" },
      "is not recognized",
    ],
    [
      "no arguments",
      { Resource: sqs },
      "The field 'QueueUrl' is required but was missing at /Parameters,The field 'MessageBody' is required",
    ],
    [
      "an argument that SQS does not take",
      { Resource: sqs, Parameters: { ...message, Foo: 1 } },
      "The field 'Foo' is not supported by Step Functions at /Parameters",
    ],
  ])("whose task has %s", (_what, task, fault) => {
    expect(inState({ Type: "Task", ...task }).join()).toContain(fault);
  });

  it("not for a service that does not run here: its tasks fail when they run", () => {
    expect(inState({ Type: "Task", Resource: "arn:aws:states:::dynamodb:putItem" })).toEqual([]);
  });

  it("whose Map state says the same thing twice, or too little", () => {
    const ItemProcessor = { StartAt: "P", States: { P: pass } };
    expect(inState({ Type: "Map", ItemProcessor, Iterator: ItemProcessor })).toEqual([
      "Only one of these fields is allowed: [ItemProcessor, Iterator] at ",
    ]);
    expect(inState({ Type: "Map", ItemProcessor, ItemSelector: {}, Parameters: {} })).toEqual([
      "Only one of these fields is allowed: [ItemSelector, Parameters] at ",
    ]);
    const distributed = { ...ItemProcessor, ProcessorConfig: { Mode: "DISTRIBUTED" } };
    expect(inState({ Type: "Map", ItemProcessor: distributed })).toEqual([
      "These fields are required: [ExecutionType] at /ItemProcessor/ProcessorConfig",
    ]);
  });

  it.each([
    ["states", "is reserved"],
    ["a-b", "is not valid"],
    ["x".repeat(81), "is not valid"],
  ])("that assigns the variable %s", (name, fault) => {
    expect(inState({ Type: "Pass", Assign: { [name]: 1 } }).join()).toContain(fault);
  });

  it("that assigns a variable of an outer scope inside, but not in the executions of a distributed Map", () => {
    const inner = { StartAt: "In", States: { In: { ...pass, Assign: { v: 2 } } } };
    const outer = { Type: "Pass", Assign: { v: 1 }, Next: "M" };
    const machine = (ItemProcessor: object) => ({
      StartAt: "A",
      States: { A: outer, M: { Type: "Map", ItemProcessor, End: true } },
    });
    expect(faultsOf(machine(inner)).join()).toContain(
      "The variable 'v' is already assigned in an outer scope at /States/M/ItemProcessor/States/In/Assign",
    );
    const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
    expect(faultsOf(machine({ ...inner, ProcessorConfig }))).toEqual([]);
  });

  it("without a state's type, by the name of the field", () => {
    expect(inState({})).toEqual(["These fields are required: [Type] at "]);
  });

  it("as an Express machine, for what only a standard one can do", () => {
    const Parameters = message;
    expect(inState({ Type: "Task", Resource: sqs, Parameters }, "EXPRESS")).toEqual([]);
    expect(
      inState({ Type: "Task", Resource: `${sqs}.waitForTaskToken`, Parameters }, "EXPRESS").join(),
    ).toContain("Express state machine does not support '.waitForTaskToken' service integration");
    const activity = "arn:aws:states:us-east-1:123456789012:activity:a";
    expect(inState({ Type: "Task", Resource: activity }, "EXPRESS").join()).toContain(
      "Express state machine does not support Activity",
    );
  });
});
