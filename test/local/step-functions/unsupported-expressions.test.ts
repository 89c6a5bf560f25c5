import { ValidateStateMachineDefinitionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { harness } from "./harness.ts";

const sqs = "arn:aws:states:::sqs:sendMessage";
const branch = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };

const machineOf = (state: object) => ({
  QueryLanguage: "JSONata",
  StartAt: "E",
  States: { E: state, Z: { Type: "Succeed" } },
});

/** The faults of a state, without its place in the machine. */
function faultsOf(state: object): string[] {
  const next = "End" in state || "Choices" in state ? {} : { Next: "Z" };
  const validated = validateDefinition(JSON.stringify(machineOf({ ...state, ...next })));
  if (validated.ok) return [];
  return validated.diagnostics.map(
    ({ code, message, location = "" }) => `${code}: ${message} at ${location.replace("/States/E", "")}`,
  );
}

/** The faults of an expression in an Output. */
function inOutput(expression: string): string[] {
  const place = / at \/Output$/u;
  return faultsOf({ Type: "Pass", Output: `{% ${expression} %}` }).map((fault) =>
    fault.replace("UNSUPPORTED_JSONATA_EXPRESSION: ", "").replace(place, ""),
  );
}

const topLevel = (name: string) => `Reference to '${name}' at the top level is not supported.`;

describe("an expression is refused when the machine is made", () => {
  it.each<[string, ...string[]]>([
    ["phone", topLevel("phone")],
    ["$.phone", topLevel("$")],
    ["$", topLevel("$")],
    ["$[0]", topLevel("$")],
    ["`a b`.c", topLevel("a b")],
    ["[a, {b: -c}, a]", topLevel("a"), topLevel("b"), topLevel("c")],
    ["(a; $x := b; $x ? c : $x)", topLevel("a"), topLevel("b"), topLevel("c")],
    ["a + 1 in [1..b]", topLevel("a"), topLevel("b")],
    ["$sum(a) ~> $power(b)", topLevel("a"), topLevel("b")],
    ["$sum(?, a)", topLevel("a")],
    ["[a].b", topLevel("a")],
    ["a[b = c]^(d){e: f}.g", topLevel("a")],
    ["$$", "Reference to '$$' is not supported."],
    ["$states.input[id = $$.id]", "Reference to '$$' is not supported."],
  ])("because it reads a context that is not there: %s", (expression, ...faults) => {
    expect(inOutput(expression)).toEqual(faults);
  });

  it.each([
    "$states.input.phone",
    "$phone.number",
    "$states.input.items[price > 1 and $.sold]^(>price, <$.name).name",
    "$states.input.items{type: $sum(price)}",
    "$states.input.items.{'name': name, 'total': $sum(lines.(price * count))}",
    "$states.input.items.$uppercase(name)",
    "$states.input.items@$i.lines[id = $i.id].{'i': $i, 'id': id}",
    "$states.input.items#$n[$n > 1].%.name",
    "$states.input ~> |items|{'price': price * 2}, ['cost']|",
    "$map($states.input.items, function($v) { $v.name & $.x & y })",
    "($f := function($x) { $x.a }; $f($states.input))",
    "$states.input.items.(a; $x := b; $x)",
    "$states.input.*.**",
    "$match('a', /b/)",
    "'phone'",
    "null",
  ])("unless it reads it where there is one, or not at all: %s", (expression) => {
    expect(inOutput(expression)).toEqual([]);
  });

  it("however deeply it is nested", () => {
    expect(inOutput(`${"-".repeat(1_000)}phone`)).toEqual([topLevel("phone")]);
    expect(inOutput(`phone${" + 1".repeat(1_000)}`)).toEqual([topLevel("phone")]);
  });
});

describe("$states.result and $states.errorOutput", () => {
  const result = "{% $states.result.a %}";
  const error = "{% $states.errorOutput %}";
  const noResult = "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist. at ";
  const noError = "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at ";
  const catching = (fields: object) => [{ ErrorEquals: ["States.ALL"], Next: "Z", ...fields }];
  const task = { Type: "Task", Resource: sqs, Arguments: { QueueUrl: "q", MessageBody: "m" } };

  it.each<[string, object]>([
    ["Task", { ...task, Output: { v: result }, Assign: { x: [result] } }],
    ["Parallel", { Type: "Parallel", Branches: [branch], Output: result }],
    ["Map", { Type: "Map", ItemProcessor: branch, Assign: { x: result } }],
    ["a catcher, of the error", { ...task, Catch: catching({ Output: { v: error }, Assign: { x: error } }) }],
  ])("are there after the work: %s", (_, state) => {
    expect(faultsOf(state)).toEqual([]);
  });

  it.each<[string, object, ...string[]]>([
    [
      "before it",
      { ...task, Arguments: { QueueUrl: "q", MessageBody: { r: result, e: error } }, TimeoutSeconds: result },
      `${noResult}/Arguments/MessageBody/r`,
      `${noError}/Arguments/MessageBody/e`,
      `${noResult}/TimeoutSeconds`,
    ],
    [
      "in the items of a Map",
      { Type: "Map", Items: result, ItemSelector: { v: result }, ItemProcessor: branch },
      `${noResult}/Items`,
      `${noResult}/ItemSelector/v`,
    ],
    ["of an error, when it went well", { ...task, Output: { v: error } }, `${noError}/Output/v`],
    [
      "of a result, in a catcher",
      { ...task, Catch: catching({ Output: { v: result }, Assign: { x: result } }) },
      `${noResult}/Catch[0]/Output/v`,
      `${noResult}/Catch[0]/Assign/x`,
    ],
    ["in a state that does no work", { Type: "Pass", Output: result }, `${noResult}/Output`],
    [
      "in a rule",
      {
        Type: "Choice",
        Choices: [{ Condition: `{% $exists(${result.slice(3, -3)}) %}`, Output: error, Next: "Z" }],
      },
      `${noResult}/Choices[0]/Condition`,
      `${noError}/Choices[0]/Output`,
    ],
  ])("are not there %s", (_, state, ...faults) => {
    expect(faultsOf(state)).toEqual(faults);
  });
});

describe("a text", () => {
  it.each(["{% 1", "1 %}", "a {% 1 %}", "{% 1 %} b", " {% 1 %}", "{% 1 %} ", "{%}"])(
    "that is only half enclosed as an expression is refused: '%s'",
    (text) => {
      const message = "A JSONata expression must begin with '{%' and end with '%}', with nothing around it";
      expect(faultsOf({ Type: "Pass", Output: { v: [text] } })).toEqual([
        `INVALID_JSONATA_EXPRESSION: ${message} at /Output/v[0]`,
      ]);
    },
  );

  it.each(["100%", "{a}", "a {% b %} c", "%}{%"])("that is none is taken as it is: '%s'", (text) => {
    expect(faultsOf({ Type: "Pass", Output: text })).toEqual([]);
  });

  it("is nothing but a text in names and comments", () => {
    const Catch = [{ ErrorEquals: ["{% a"], Comment: "{% b", Output: 1, Next: "Z" }];
    expect(faultsOf({ Type: "Parallel", Branches: [branch], Comment: "c %}", Catch })).toEqual([]);
  });
});

describe("the API", () => {
  const definition = machineOf({ Type: "Pass", Output: { v: "{% phone %}" }, End: true });
  const diagnostic = {
    severity: "ERROR",
    code: "UNSUPPORTED_JSONATA_EXPRESSION",
    message: topLevel("phone"),
    location: "/States/E/Output/v",
  };

  it("says so when a machine is created, and when its definition is validated", async () => {
    await using sfn = await harness();
    const { code, message, location } = diagnostic;
    await expect(sfn.machine(definition)).rejects.toMatchObject({
      name: "InvalidDefinition",
      message: `Invalid State Machine Definition: '${code}: ${message} at ${location}'`,
    });
    const command = new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition) });
    expect(await sfn.client.send(command)).toMatchObject({ result: "FAIL", diagnostics: [diagnostic] });
  });
});
