import { SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness } from "./harness.ts";
import { run } from "./run-machine.ts";

describe("variables", () => {
  it("set by Assign reach later states and branches, and what a branch sets stays in it", async () => {
    await using sfn = await harness();
    const inner = {
      Type: "Pass",
      Assign: { "mine.$": "$outer" },
      Parameters: { "seen.$": "$outer.a" },
      End: true,
    };
    const States = {
      A: { Type: "Pass", Assign: { outer: { a: 1 }, "in.$": "$.n" }, Next: "P" },
      P: { Type: "Parallel", Branches: [{ StartAt: "I", States: { I: inner } }], Next: "E" },
      E: { Type: "Pass", Parameters: { "n.$": "$in", "r.$": "$" }, Next: "G" },
      G: { Type: "Pass", Parameters: { "gone.$": "$mine" }, End: true },
    };
    const { status, error, execution } = await run(sfn, { StartAt: "A", States }, { n: 7 });
    expect({ status, error }).toEqual({ status: "FAILED", error: "States.Runtime" });
    const exits = (await sfn.history(execution)).filter(({ type }) => type === "PassStateExited");
    expect(exits.at(-1)?.stateExitedEventDetails?.output).toBe('{"n":7,"r":[{"seen":1}]}');
    expect(exits[0]?.stateExitedEventDetails?.assignedVariables).toEqual({ outer: '{"a":1}', in: "7" });
  });

  it("see the result as it came, as ResultSelector does", async () => {
    await using sfn = await harness();
    const Branches = [{ StartAt: "B", States: { B: { Type: "Pass", Result: { x: 1 }, End: true } } }];
    const P = {
      Type: "Parallel",
      Branches,
      ResultSelector: { "sel.$": "$[0].x" },
      Assign: { "v.$": "$" },
      Next: "C",
    };
    const C = { Type: "Pass", Parameters: { "v.$": "$v", "in.$": "$" }, End: true };
    const { result } = await run(sfn, { StartAt: "P", States: { P, C } });
    expect(result).toEqual({ v: [{ x: 1 }], in: { sel: 1 } });
  });

  it("set by a catcher see the error", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Catch = [{ ErrorEquals: ["States.ALL"], Assign: { "why.$": "$.Error" }, Next: "C" }];
    const States = {
      A: { Type: "Task", Resource: arn, Catch, Next: "C" },
      C: { Type: "Pass", Parameters: { "why.$": "$why" }, End: true },
    };
    const { execution } = await run(sfn, { StartAt: "A", States });
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "RejectedByUser" }));
    expect((await sfn.describe(execution)).output).toBe('{"why":"RejectedByUser"}');
  });
});
