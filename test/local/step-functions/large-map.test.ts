import { describe, expect, it } from "vitest";
import { step, newExecution } from "../../../local/step-functions/asl/interpreter.ts";
import { readDefinition } from "../../../local/step-functions/asl/validate-definition.ts";

const fail = { Type: "Fail" };
const odd = { Variable: "$", NumericGreaterThan: 0, Next: "F" };

/** A distributed Map whose items pass, or fail tolerably. */
function machine(failing: boolean) {
  const States = {
    C: { Type: "Choice", Choices: failing ? [odd] : [], Default: "P" },
    P: { Type: "Pass", End: true },
    F: fail,
  };
  const ItemProcessor = { ProcessorConfig: { Mode: "DISTRIBUTED" }, StartAt: "C", States };
  const M = { Type: "Map", ItemProcessor, ToleratedFailurePercentage: 100, End: true };
  return readDefinition(JSON.stringify({ StartAt: "M", States: { M } }));
}

function run(length: number, failing = false) {
  const input = Array.from({ length }, (_, index) => index);
  const names = { arn: "e", name: "e", stateMachineArn: "m", stateMachineName: "m", roleArn: "r" };
  const before = newExecution({ ...names, input, startedAt: 0 });
  const began = performance.now();
  const { state } = step(machine(failing), before, { type: "started", at: 0, seed: 1 });
  return { state, ms: performance.now() - began };
}

describe("a distributed Map of many items", () => {
  it("takes a time that grows with their number, not with its square", () => {
    const { state, ms } = run(10_000);
    expect(state).toMatchObject({ status: "SUCCEEDED" });
    expect((state.output as unknown[]).length).toBe(10_000);
    // Twice as many were a minute.
    expect(ms).toBeLessThan(10_000);
  });

  it("that fail tolerably, too", () => {
    const { state, ms } = run(10_000, true);
    expect(state).toMatchObject({ status: "SUCCEEDED", output: [0] });
    expect(ms).toBeLessThan(10_000);
  });
});
