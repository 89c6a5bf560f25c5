import { expect, it } from "vitest";
import { fieldsOf, formOf } from "../../web/lib/form-fields.ts";

const schema = {
  type: "object",
  required: ["name", "size"],
  properties: {
    name: { type: "string", title: "Name", description: "Of the ticket" },
    size: { enum: [1, "two", null] },
    count: { type: "integer", default: 3 },
    ratio: { type: "number" },
    day: { type: "string", format: "date" },
    sure: { type: "boolean" },
    rest: { type: "array", items: { type: "string" } },
    odd: { type: "string", anyOf: [{ minLength: 3 }, { const: "" }] },
  },
};

it("each property of a schema becomes a field of its kind; what has none is JSON", () => {
  const fields = fieldsOf([schema]) ?? [];
  expect(fields.map(({ name, kind, required }) => [name, kind.as, required])).toEqual([
    ["name", "text", true],
    ["size", "choice", true],
    ["count", "number", false],
    ["ratio", "number", false],
    ["day", "date", false],
    ["sure", "boolean", false],
    ["rest", "json", false],
    ["odd", "json", false],
  ]);
  expect(fields[0]).toMatchObject({ label: "Name", description: "Of the ticket" });
});

it("a schema that asks for more than fields is filled in as one JSON", () => {
  for (const more of [
    { oneOf: [{}] },
    { $ref: "#/$defs/x" },
    { properties: undefined },
    { required: ["absent"] },
  ])
    expect(fieldsOf([{ ...schema, ...more }])).toBeNull();
});

it("the forms of several policies are one: what any of them requires is required", () => {
  const other = {
    type: "object",
    required: ["count"],
    properties: { count: {}, extra: { type: "boolean" } },
  };
  const fields = fieldsOf([schema, other]) ?? [];
  expect(fields.find(({ name }) => name === "count")).toMatchObject({
    required: true,
    kind: { as: "number" },
  });
  expect(fields.at(-1)?.name).toBe("extra");
});

it("what is filled in is sent with its types, and what is left empty is left out", () => {
  const fields = fieldsOf([schema]) ?? [];
  expect(formOf(fields, { name: "OPS-1", size: '"two"', ratio: "1.5", rest: '["a"]', sure: "true" })).toEqual(
    {
      form: { name: "OPS-1", size: "two", count: 3, ratio: 1.5, rest: ["a"], sure: true },
      faults: {},
    },
  );
});

it("what is missing or no number or no JSON is said at its field", () => {
  const fields = fieldsOf([schema]) ?? [];
  expect(formOf(fields, { name: " ", count: "1.5", ratio: "much", rest: "[" }).faults).toEqual({
    name: "Fill this in",
    size: "Choose one",
    count: "Is not a whole number",
    ratio: "Is not a number",
    rest: "Is not valid JSON",
  });
});
