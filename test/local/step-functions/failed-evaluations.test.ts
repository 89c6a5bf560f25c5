import { describe, expect, it } from "vitest";
import { harness } from "./harness.ts";

const gone = "{% $gone %}";
const done = { Type: "Succeed" };

/** The history of an execution of these states, as texts: id, event before, type, place of the fault. */
async function historyOf(states: object): Promise<string[]> {
  await using sfn = await harness();
  const machine = await sfn.machine({ QueryLanguage: "JSONata", StartAt: "S", States: states });
  const events = await sfn.history(await sfn.start(machine));
  return events.map(({ id, previousEventId, type, evaluationFailedEventDetails: details }) =>
    [`${type} ${id}←${previousEventId}`, ...(details === undefined ? [] : [details.location])].join(" "),
  );
}

async function placeOf(state: object): Promise<string | undefined> {
  const history = await historyOf({ S: state, Done: done });
  return history.find((each) => each.startsWith("EvaluationFailed"))?.split(" ")[2];
}

describe("a failed evaluation names its field", () => {
  const failing = { StartAt: "F", States: { F: { Type: "Fail", Error: "E" } } };
  const parallel = (...catchers: object[]) => ({
    Type: "Parallel",
    Branches: [failing],
    End: true,
    Catch: catchers.map((each) => ({ ErrorEquals: ["E"], Next: "Done", ...each })),
  });
  const choice = (...rules: object[]) => ({
    Type: "Choice",
    Choices: rules.map((each) => ({ Condition: true, Next: "Done", ...each })),
    Output: gone,
  });

  it.each<[string, object]>([
    ["Catch[0]/Output/v", parallel({ Output: { v: gone } })],
    ["Catch[0]/Assign/x", parallel({ Assign: { x: gone } })],
    ["Catch[1]/Output/v", parallel({ ErrorEquals: ["Other"] }, { Output: { v: gone } })],
    ["Choices[0]/Assign/x", choice({ Assign: { x: gone } })],
    ["Choices[1]/Output/v", choice({ Condition: false }, { Output: { v: gone } })],
    ["Output", choice({})],
  ])("%s", async (place, state) => {
    expect(await placeOf(state)).toBe(place);
  });

  it("in its cause, too", async () => {
    await using sfn = await harness();
    const States = { S: choice({ Output: { v: gone } }), Done: done };
    const machine = await sfn.machine({ QueryLanguage: "JSONata", StartAt: "S", States });
    const { cause } = await sfn.describe(await sfn.start(machine));
    expect(cause).toContain("specified for the field 'Choices[0]/Output/v' returned nothing (undefined).");
  });

  it("and a catcher's hangs at what its state failed by, which then fails once more", async () => {
    expect(await historyOf({ S: parallel({ Output: { v: gone } }), Done: done })).toEqual([
      "ExecutionStarted 1←0",
      "ParallelStateEntered 2←0",
      "ParallelStateStarted 3←2",
      "FailStateEntered 4←3",
      "ParallelStateFailed 5←4",
      "EvaluationFailed 6←4 Catch[0]/Output/v",
      "ParallelStateFailed 7←6",
      "ExecutionFailed 8←7",
    ]);
  });

  it("and a catcher of a task's hangs at the task's failure", async () => {
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Arguments: { QueueUrl: "q", MessageBody: gone },
      Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Output: gone, Next: "Done" }],
      End: true,
    };
    expect(await historyOf({ S: task, Done: done })).toEqual([
      "ExecutionStarted 1←0",
      "TaskStateEntered 2←0",
      "EvaluationFailed 3←0 Arguments/MessageBody",
      "EvaluationFailed 4←3 Catch[0]/Output",
      "ExecutionFailed 5←4",
    ]);
  });
});
