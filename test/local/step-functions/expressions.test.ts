import { describe, expect, it } from "vitest";
import { evaluateIntrinsic } from "../../../local/step-functions/asl/intrinsics.ts";
import type { Json } from "../../../local/step-functions/asl/json.ts";
import { lookUp, parseJsonPath } from "../../../local/step-functions/asl/json-path.ts";
import { seededRandom } from "../../../local/step-functions/asl/seeded-random.ts";
import { isTimestamp } from "../../../local/step-functions/asl/timestamp.ts";

const data: Json = {
  list: [0, 1, 2, [3]],
  "a b": { "c.d": true, "e'f": 1 },
  books: [{ title: "A", price: 1 }, { title: "B" }],
  none: null,
  numbers: [1, 2, 4.5],
  words: ["a", "b", 1],
};

describe("JSONPath", () => {
  it.each<[string, Json]>([
    ["$", data],
    ["$.list[0]", 0],
    ["$.list[-1]", [3]],
    ["$['a b']['c.d']", true],
    ["$['a b']['e\\'f']", 1],
    ["$.none", null],
    ["$.list[1:3]", [1, 2]],
    ["$.list[:1]", [0]],
    ["$.list[-2:]", [2, [3]]],
    ["$.list[0,2]", [0, 2]],
    ["$.books[*].title", ["A", "B"]],
    ["$.books[*].price", [1]],
    ["$..title", ["A", "B"]],
    ["$.missing[*]", []],
    ["$.books[0]['title','price','pages']", { title: "A", price: 1 }],
    ["$.books[*]['title','price']", [{ title: "A", price: 1 }, { title: "B" }]],
    ["$.books[?(@.price)].title", ["A"]],
    ["$.books[?(@.price < 2 && @.title == 'A')]", [{ title: "A", price: 1 }]],
    ["$.books[?(!(@.title == \"A\") || @['price'] >= $.list[2])].title", ["B"]],
    ["$.list[?(@ > 1)]", [2]],
  ])("%s", (path, expected) => {
    expect(lookUp(parseJsonPath(path), data)).toEqual({ found: true, value: expected });
  });

  it.each<[string, Json]>([
    ["$.list.length()", 4],
    ["$.books[0].size()", 2],
    ["$.books[0].title.length()", null],
    ["$.length($.list)", 4],
    ["$.numbers.min()", 1],
    ["$.numbers.max()", 4.5],
    ["$.numbers.sum()", 7.5],
    ["$.numbers.avg()", 2.5],
    ["$.numbers.stddev()", Math.sqrt(25.25 / 3 - 6.25)],
    ["$.sum($.books[*].price, 3)", 4],
    ["$..price.sum()", 1],
    ["$..numbers.length()", 3],
    ["$.books[*].length()", [2, 1]],
    ["$['a b'].keys()", ["c.d", "e'f"]],
    ["$.words.concat()", "ab"],
    ["$.words.concat('-', $.books[0].title, \"'\")", "ab-A'"],
    ["$.words.append('c')", ["a", "b", 1, "c"]],
    ["$.words.first()", "a"],
    ["$.words.last()", 1],
    ["$.words.index(-2)", "b"],
    ["$.books.last().title", "B"],
    ["$.books[?(@.title.length() == 1 || @.length() == 2)].title", ["A"]],
  ])("%s, as Jayway's functions have it", (path, expected) => {
    expect(lookUp(parseJsonPath(path), data)).toEqual({ found: true, value: expected });
  });

  it.each([
    ["$.none.sum()", "Aggregation function attempted to calculate value using empty array"],
    ["$.words.index(9)", "Target index:9 larger than object count:3"],
    ["$.words.toString()", "Function with name: toString does not exist."],
    ["$.missing.length()", "Missing property in path $['missing']"],
  ])("%s fails: %s", (path, reason) => {
    expect(lookUp(parseJsonPath(path), data)).toMatchObject({ found: false, reason });
  });

  it.each<[string, string[]]>([
    ["@.title in ['A', \"C\"]", ["A"]],
    ["@.title NIN ['A', 'C']", ["B"]],
    ["@.price in [true, null, '1']", ["A"]],
    ["@.title contains 'A'", ["A"]],
    ["$.words contains @.price", ["A"]],
    ["$.words all ['a', 1]", ["A", "B"]],
    ["@.title all ['A']", []],
    ["@ size 2", ["A"]],
    ["@.title size 1", ["A", "B"]],
    ["@.title empty false && $.list[4:] empty true", ["A", "B"]],
    ["$.words subsetof ['a', 'b', 1, 2]", ["A", "B"]],
    ["$.words anyof ['x', 'b']", ["A", "B"]],
    ["$.words noneof [2]", ["A", "B"]],
    ["@.title =~ /[a]/i", ["A"]],
    ["@.title =~ /[A-B]\\/?/", ["A", "B"]],
    ["$.words =~ /B/i && @.price", ["A"]],
    ["@.price == '1'", ["A"]],
    ["@.price === '1'", []],
    ["@.pages == $.pages", []],
  ])("[?(%s)]", (filter, titles) => {
    expect(lookUp(parseJsonPath(`$.books[?(${filter})].title`), data)).toEqual({
      found: true,
      value: titles,
    });
  });

  it.each([
    ["$.missing", "No results for path: $['missing']"],
    ["$.missing.deeper", "Missing property in path $['missing']"],
    ["$.list[9]", "No results for path: $['list'][9]"],
    ["$.constructor", "No results for path: $['constructor']"],
  ])("%s is not found: %s", (path, reason) => {
    expect(lookUp(parseJsonPath(path), data)).toMatchObject({ found: false, reason });
  });

  it.each([
    "",
    "list",
    "$list[",
    "$.",
    "$[",
    "$['a",
    "$.a[b]",
    "$.a[?(@.b ==)]",
    "$.a.f(",
    "$.a.f(b)",
    "$.a[?(@.b =~ /(/)]",
    "$.a[?(@.b in ['x')]",
  ])("%j is no path", (path) => {
    expect(() => parseJsonPath(path)).toThrow();
  });
});

it("a filter that is none is refused at once, however long it goes on", () => {
  for (const part of ["=~/a/", "[x]", "(@.a", "'a' "])
    expect(() => parseJsonPath(`$.a[?(${part.repeat(5_000)}]`)).toThrow();
});

describe("intrinsic functions", () => {
  const context = { Execution: { Name: "e" } };
  const scope = { input: data, context, variables: { bias: 4.3 }, random: seededRandom(1) };

  it.each<[string, Json]>([
    ["States.Format('{} is \\{{}\\}', $.list[1], 'it\\'s')", "1 is {it's}"],
    ["States.Format('{}', $['a b'])", "{c.d=true, e'f=1}"],
    ["States.Array(1, 'a', null, $$.Execution.Name, States.ArrayLength($.list))", [1, "a", null, "e", 4]],
    ["States.ArrayPartition($.list, 3)", [[0, 1, 2], [[3]]]],
    ["States.ArrayRange(1, 9, 4)", [1, 5, 9]],
    ["States.ArrayRange(3, 1, -1)", [3, 2, 1]],
    ["States.ArrayUnique(States.Array(1, 1, 2))", [1, 2]],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayGetItem($.list, 1)", 1],
    ["States.Base64Decode(States.Base64Encode('é🎉'))", "é🎉"],
    ["States.Base64Decode('4o')", "\uFFFD"],
    ["States.Base64Decode('')", ""],
    ["States.Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"],
    ["States.JsonMerge($.books[0], $.books[1], false)", { title: "B", price: 1 }],
    ["States.StringToJson('{\"a\":[1]}')", { a: [1] }],
    ["States.JsonToString($.books[1])", '{"title":"B"}'],
    ["States.MathAdd(-1.49, -1.5)", -2],
    ["States.MathAdd($bias, 1)", 5],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]],
  ])("%s", (expression, expected) => {
    expect(evaluateIntrinsic(expression, scope)).toEqual(expected);
  });

  it("draw UUIDs and random numbers from the seed alone", () => {
    const draw = (seed: number) =>
      evaluateIntrinsic("States.UUID()", { ...scope, random: seededRandom(seed) });
    expect(draw(1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
    for (let n = 0; n < 100; n += 1)
      expect([4, 5, 6]).toContain(evaluateIntrinsic("States.MathRandom(4, 7)", scope));
  });

  it.each([
    "States.Nothing()",
    "States.Format('{}')",
    "States.MathAdd(1)",
    "States.Array(1",
    "States.ArrayRange(0, 5000, 1)",
    "States.Base64Decode('YW Jj')",
    "States.Base64Decode('YWJjZA=')",
    "States.Base64Decode('-_-_')",
    "junk",
  ])("%s is States.IntrinsicFailure", (expression) => {
    expect(() => evaluateIntrinsic(expression, scope)).toThrow(
      expect.objectContaining({ error: "States.IntrinsicFailure" }),
    );
  });
});

describe("timestamps", () => {
  it.each([
    ["2026-01-01T00:00:00Z", true],
    ["2026-01-01T00:00:00.123456+02:00", true],
    ["2026-02-30T00:00:00Z", false],
    ["2026-13-01T00:00:00Z", false],
    ["2026-01-01T25:00:00Z", false],
    ["2026-01-01 00:00:00Z", false],
    ["2026-01-01T00:00:00", false],
  ])("%s: %s", (text, expected) => {
    expect(isTimestamp(text)).toBe(expected);
  });
});
