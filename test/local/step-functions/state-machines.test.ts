import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, type Harness } from "./harness.ts";
import { passMachine, passText } from "./pass-machine.ts";

describe("UpdateStateMachine", () => {
  it("changes what starts afterwards, and leaves alone what runs", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const stateMachineArn = await sfn.machine(approval(arn));
    const running = await sfn.start(stateMachineArn);
    await sfn.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: passText(1) }));
    expect((await sfn.describe(await sfn.start(stateMachineArn))).output).toBe("1");
    const { definition } = await sfn.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: running }),
    );
    expect(JSON.parse(definition ?? "")).toEqual(approval(arn));
    expect((await sfn.take(arn)).taskToken).toBeTypeOf("string");
  });

  it("makes a new revision only when something is new", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passMachine(0));
    const update = (definition: string) =>
      sfn.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
    expect((await update(passText(0))).revisionId).toBeUndefined();
    const { revisionId } = await update(passText(1));
    expect((await update(passText(1))).revisionId).toBe(revisionId);
    expect((await update(passText(2))).revisionId).not.toBe(revisionId);
  });

  it("refuses a definition that is none, and an update of nothing", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passMachine(0));
    const refused = (more: object) =>
      sfn.client
        .send(new UpdateStateMachineCommand({ stateMachineArn, ...more }))
        .catch((e: Error) => e.name);
    expect(await refused({ definition: "{}" })).toBe("InvalidDefinition");
    expect(await refused({})).toBe("MissingRequiredParameter");
  });
});

describe("a machine's configuration", () => {
  const create = (sfn: Harness, loggingConfiguration: object) =>
    sfn.client.send(
      new CreateStateMachineCommand({
        name: "m",
        definition: passText(1),
        roleArn: "arn:aws:iam::1:role/r",
        loggingConfiguration,
      }),
    );

  it("of logging is kept and shown", async () => {
    await using sfn = await harness();
    const destinations = [
      { cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:1:log-group:g:*" } },
    ];
    const { stateMachineArn } = await create(sfn, { level: "ALL", destinations });
    const described = await sfn.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.loggingConfiguration).toEqual({
      level: "ALL",
      includeExecutionData: false,
      destinations,
    });
  });

  it("of logging needs exactly one destination", async () => {
    await using sfn = await harness();
    await expect(create(sfn, { level: "ALL" })).rejects.toMatchObject({
      name: "InvalidLoggingConfiguration",
    });
  });
});

describe("descriptions", () => {
  it("list the variables that each state refers to, in both query languages", async () => {
    await using sfn = await harness();
    const States = {
      A: { Type: "Pass", Assign: { a: 1, b: 2 }, Next: "P" },
      P: { Type: "Pass", Parameters: { "x.$": "States.MathAdd($a, $b)" }, Next: "Q" },
      Q: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $sum([$b, $states.input.x]) %}", End: true },
    };
    const stateMachineArn = await sfn.machine({ StartAt: "A", States });
    const described = await sfn.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.variableReferences).toEqual({ P: ["a", "b"], Q: ["b"] });
  });
});

describe("tags", () => {
  it("are set, replaced, listed and removed, on machines and activities", async () => {
    await using sfn = await harness();
    for (const resourceArn of [await sfn.machine(passMachine(1)), await sfn.activity()]) {
      const tag = (key: string, value: string) =>
        sfn.client.send(new TagResourceCommand({ resourceArn, tags: [{ key, value }] }));
      await tag("team", "shop");
      await tag("stage", "test");
      await tag("stage", "live");
      await sfn.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
      const { tags } = await sfn.client.send(new ListTagsForResourceCommand({ resourceArn }));
      expect(tags).toEqual([{ key: "stage", value: "live" }]);
    }
  });
});

describe("ValidateStateMachineDefinition", () => {
  const diagnose = async (definition: object) => {
    await using sfn = await harness();
    const command = new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition) });
    const { result: outcome, diagnostics } = await sfn.client.send(command);
    return {
      outcome,
      diagnostics: diagnostics?.map(({ code, message, location }) => [code, message, location]),
    };
  };

  it("finds nothing wrong with what can be created", async () => {
    expect(await diagnose(passMachine(1))).toEqual({ outcome: "OK", diagnostics: [] });
  });

  it("finds states that nothing leads to, and a workflow that cannot end", async () => {
    const next = (name: string) => ({ Type: "Pass", Next: name });
    const end = { Type: "Succeed" };
    const lost = await diagnose({ StartAt: "A", States: { A: end, B: end } });
    expect(lost.diagnostics).toEqual([
      ["MISSING_TRANSITION_TARGET", 'State "B" is not reachable.', "/States/B"],
    ]);
    const loop = await diagnose({ StartAt: "A", States: { A: next("B"), B: next("A") } });
    expect(loop.diagnostics).toEqual([["MISSING_END_STATE", "Workflow has no terminal state", undefined]]);
  });

  it.each([
    ["a path", { Type: "Pass", InputPath: "$.a[", End: true }, "/States/S/InputPath"],
    ["a template's path", { Type: "Pass", Parameters: { "a.$": "b" }, End: true }, "/States/S/Parameters"],
    ["a Map without a processor", { Type: "Map", End: true }, "/States/S"],
    [
      "a branch",
      { Type: "Parallel", Branches: [{ StartAt: "X", States: {} }], End: true },
      "/States/S/Branches[0]/StartAt",
    ],
    [
      "States.ALL among others",
      {
        Type: "Map",
        ItemProcessor: passMachine(1),
        Retry: [{ ErrorEquals: ["States.ALL", "E"] }],
        End: true,
      },
      "/States/S/Retry[0]/ErrorEquals",
    ],
  ])("names the place of a fault in %s", async (_, state, place) => {
    const { diagnostics } = await diagnose({ StartAt: "S", States: { S: state } });
    expect(diagnostics?.[0]?.[2]).toBe(place);
  });
});
