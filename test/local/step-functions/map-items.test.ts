import { describe, expect, it } from "vitest";
import { harness } from "./harness.ts";

const pass = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
const distributed = { ...pass, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };

const mapOf = (ItemProcessor: object, more: object) => ({
  StartAt: "M",
  States: { M: { Type: "Map", ItemProcessor, End: true, ...more } },
});

async function outcome(definition: object, input: unknown = {}) {
  await using sfn = await harness();
  const { status, output, cause } = await sfn.describe(await sfn.start(await sfn.machine(definition), input));
  return { status, cause, output: output === undefined ? undefined : (JSON.parse(output) as unknown) };
}

const members = { a: 1, b: { c: 2 } };
const pairs = [
  { Key: "a", Value: 1 },
  { Key: "b", Value: { c: 2 } },
];

describe("the context object of an item", () => {
  it.each([pass, distributed])("tells where it comes from", async (processor) => {
    const ItemSelector = { "item.$": "$$.Map.Item" };
    const { output } = await outcome(mapOf(processor, { ItemSelector }), ["x"]);
    expect(output).toEqual([{ item: { Index: 0, Value: "x", Source: "STATE_DATA" } }]);
  });

  it("tells the key of an object's member, in both query languages", async () => {
    const item = (index: number) => {
      const { Key, Value } = pairs[index] ?? {};
      return { item: { Index: index, Key, Value, Source: "STATE_DATA" } };
    };
    const path = mapOf(distributed, { ItemSelector: { "item.$": "$$.Map.Item" } });
    expect((await outcome(path, members)).output).toEqual([item(0), item(1)]);
    const selector = { item: "{% $states.context.Map.Item %}" };
    const jsonata = mapOf(distributed, { QueryLanguage: "JSONata", ItemSelector: selector });
    expect((await outcome(jsonata, members)).output).toEqual([item(0), item(1)]);
  });
});

describe("a distributed Map over an object", () => {
  it.each([
    ["Items as it is", { QueryLanguage: "JSONata", Items: members }],
    ["Items by an expression", { QueryLanguage: "JSONata", Items: "{% $states.input.of %}" }],
    ["ItemsPath", { ItemsPath: "$.of" }],
    ["InputPath", { InputPath: "$.of" }],
  ])("hands each key with its value on (%s)", async (_, fields) => {
    const { status, output } = await outcome(mapOf(distributed, fields), { of: members });
    expect([status, output]).toEqual(["SUCCEEDED", pairs]);
  });

  it("puts them into batches, as they are or selected", async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2 };
    const input = { ...members, d: 3 };
    const whole = await outcome(mapOf(distributed, { ItemBatcher }), input);
    expect(whole.output).toEqual([{ Items: pairs }, { Items: [{ Key: "d", Value: 3 }] }]);
    const ItemSelector = { "k.$": "$$.Map.Item.Key" };
    const selected = await outcome(mapOf(distributed, { ItemBatcher, ItemSelector }), input);
    expect(selected.output).toEqual([{ Items: [{ k: "a" }, { k: "b" }] }, { Items: [{ k: "d" }] }]);
  });

  it("is done at once when it has no members", async () => {
    expect((await outcome(mapOf(distributed, {}), {})).output).toEqual([]);
  });

  it("is not what an inline Map does", async () => {
    const { status, cause } = await outcome(mapOf(pass, { ItemsPath: "$.of" }), { of: members });
    expect(status).toBe("FAILED");
    expect(cause).toContain('Reference path "$.of" must point to array.');
  });
});

describe("timestamps in the context object", () => {
  it.each([
    [0, "2026-01-01T00:00:00Z"],
    [500, "2026-01-01T00:00:00.500Z"],
    [7, "2026-01-01T00:00:00.007Z"],
  ])("have milliseconds where there are some (%i)", async (ms, text) => {
    await using sfn = await harness({ startMs: Date.UTC(2026, 0, 1) + ms });
    const Parameters = { "started.$": "$$.Execution.StartTime", "entered.$": "$$.State.EnteredTime" };
    const States = { P: { Type: "Pass", Parameters, End: true } };
    const { output } = await sfn.describe(await sfn.start(await sfn.machine({ StartAt: "P", States })));
    expect(JSON.parse(output ?? "")).toEqual({ started: text, entered: text });
  });
});
