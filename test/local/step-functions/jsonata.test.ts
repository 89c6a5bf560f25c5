import { SendTaskFailureCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { evaluateTemplate } from "../../../local/step-functions/asl/jsonata/evaluate.ts";
import { seededRandom } from "../../../local/step-functions/asl/seeded-random.ts";
import { harness } from "./harness.ts";

const at = Date.UTC(2026, 0, 1);

function evaluate(expression: string, seed = 1) {
  const bindings = { states: { input: { list: [1, 2, 3] } }, limit: 2 };
  return evaluateTemplate(`{% ${expression} %}`, "Output", { at, random: seededRandom(seed), bindings });
}

describe("JSONata expressions", () => {
  it.each([
    ["$states.input.list[$ > $limit]", 3],
    ["$map($states.input.list, function($n) { $n * $limit })", [2, 4, 6]],
    ["$sort($states.input.list, function($a, $b) { $a < $b })", [3, 2, 1]],
    ["$now()", "2026-01-01T00:00:00.000Z"],
    ["$millis()", at],
    ["$partition($states.input.list, 2)", [[1, 2], [3]]],
    ["$range(1, 9, 4)", [1, 5, 9]],
    ["$range(1, 9, 9)", 1],
    ["$parse('{\"a\": 1}').a", 1],
    ["$hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"],
    ["$random(42)", 0.7275636800328681],
    ["$random(-7.9) = $random(-7)", true],
    ["{'a': [1..3]}", { a: [1, 2, 3] }],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it("draw chance from the seed alone", () => {
    for (const each of ["$uuid()", "$random()", "$shuffle([1..20])"]) {
      expect(evaluate(each, 1)).toEqual(evaluate(each, 1));
      expect(evaluate(each, 1)).not.toEqual(evaluate(each, 2));
    }
  });

  it.each([
    ["$nothing", "returned nothing (undefined)."],
    ["1 + 'a'", "threw an error during evaluation. T2002: "],
    ["$eval('1+1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"],
    ["$sum", "returned an unexpected result type."],
    [
      "($f := function($n) { $f($n + 1) }; $f(0))",
      "threw an error during evaluation: Expression evaluation timeout",
    ],
    [
      "($f := function($n) { 1 + $f($n) }; $f(0))",
      "threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function.",
    ],
    ...["[1..2000000]", "[1..20000000]", "$range(1, 2000000, 1)", "$pad('x', 1000000000)"].map((each) => [
      each,
      "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage",
    ]),
  ])("%s fails with a cause that names the expression", (expression, words) => {
    const head = `The JSONata expression '${expression}' specified for the field 'Output' `;
    expect(() => evaluate(expression)).toThrow(
      expect.objectContaining({
        error: "States.QueryEvaluationError",
        reason: expect.stringContaining(head) as string,
      }),
    );
    expect(() => evaluate(expression)).toThrow(words);
  });
});

describe("a machine in JSONata", () => {
  it("approves through an activity: Arguments, Output, Assign, Condition, and the error in a catcher", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Catch = [
      {
        ErrorEquals: ["RejectedByUser"],
        Assign: { why: "{% $states.errorOutput.Cause %}" },
        Output: "{% $states.errorOutput.Error %}",
        Next: "Rejected",
      },
    ];
    const States = {
      Approve: {
        Type: "Task",
        Resource: arn,
        Arguments: { commit: "{% $states.input.sha %}", state: "{% $states.context.State.Name %}" },
        TimeoutSeconds: "{% $states.input.patience * 60 %}",
        Assign: { by: "{% $states.result.decidedBy %}" },
        Output: "{% $merge([$states.input, $states.result]) %}",
        Catch,
        Next: "Check",
      },
      Check: {
        Type: "Choice",
        Choices: [{ Condition: "{% $by = 'bo' %}", Next: "Done" }],
        Default: "Rejected",
      },
      Done: { Type: "Succeed", Output: { by: "{% $by %}", all: "{% $states.input %}" } },
      Rejected: { Type: "Fail", Error: "{% $states.input %}", Cause: "{% $why %}" },
    };
    const machine = await sfn.machine({ QueryLanguage: "JSONata", StartAt: "Approve", States });
    const [good, bad] = [
      await sfn.start(machine, { sha: "abc", patience: 2 }),
      await sfn.start(machine, { sha: "d", patience: 1 }),
    ];
    const first = await sfn.take(arn);
    expect(JSON.parse(first.input)).toEqual({ commit: "abc", state: "Approve" });
    expect((await sfn.history(good))[2]?.activityScheduledEventDetails?.timeoutInSeconds).toBe(120);
    await sfn.client.send(
      new SendTaskSuccessCommand({ taskToken: first.taskToken, output: '{"decidedBy":"bo"}' }),
    );
    expect(JSON.parse((await sfn.describe(good)).output ?? "")).toEqual({
      by: "bo",
      all: { sha: "abc", patience: 2, decidedBy: "bo" },
    });
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(
      new SendTaskFailureCommand({ taskToken, error: "RejectedByUser", cause: "not now" }),
    );
    expect(await sfn.describe(bad)).toMatchObject({
      status: "FAILED",
      error: "RejectedByUser",
      cause: "not now",
    });
  });

  it("fails with an event of its own, which Catch may deal with", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Catch = [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "C" }];
    const task = { Type: "Task", Resource: arn, Arguments: "{% $gone %}", Catch, Next: "C" };
    const States = { A: task, C: { Type: "Pass", Output: "{% $states.input.Error %}", End: true } };
    const execution = await sfn.start(await sfn.machine({ QueryLanguage: "JSONata", StartAt: "A", States }));
    expect((await sfn.describe(execution)).output).toBe('"States.QueryEvaluationError"');
    expect((await sfn.history(execution))[2]).toMatchObject({
      type: "EvaluationFailed",
      previousEventId: 0,
      evaluationFailedEventDetails: { location: "Arguments", state: "A" },
    });
  });

  it.each([
    [
      "JSONPath's fields",
      { Type: "Pass", InputPath: "$.a", End: true },
      "'InputPath' is only supported for the 'JSONPath'",
    ],
    [
      "expressions that do not parse",
      { Type: "Pass", Output: "{% 1 + %}", End: true },
      "INVALID_JSONATA_EXPRESSION: ",
    ],
    [
      "a state in JSONPath",
      { Type: "Pass", QueryLanguage: "JSONPath", End: true },
      "can not be 'JSONPath' if set to 'JSONata'",
    ],
    [
      "unknown fields",
      { Type: "Pass", End: true, Retries: 1 },
      "Field 'Retries' is not supported at /States/S",
    ],
  ])("is refused for %s", async (_, state, words) => {
    await using sfn = await harness();
    const refused = sfn.machine({ QueryLanguage: "JSONata", StartAt: "S", States: { S: state } });
    await expect(refused).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: expect.stringContaining(words) as string,
    });
  });

  it("refuses JSONata's fields where the machine is in JSONPath, inside a Map too", async () => {
    await using sfn = await harness();
    const inner = { StartAt: "P", States: { P: { Type: "Pass", Output: 1, End: true } } };
    const state = { Type: "Map", QueryLanguage: "JSONata", ItemProcessor: inner, End: true };
    await expect(sfn.machine({ StartAt: "M", States: { M: state } })).rejects.toThrow(
      "/States/M/ItemProcessor/States/P",
    );
  });
});
