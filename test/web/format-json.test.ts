import fc from "fast-check";
import { expect, test } from "vitest";
import { formatJson } from "../../web/lib/format-json.ts";

test("JSON is indented as everybody indents it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(formatJson(JSON.stringify(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text), null, 2));
    }),
  );
});

test("no token is touched: digits beyond 2^53, escapes and repeated keys stay", () => {
  expect(formatJson('{"n":12345678901234567890123,"n":1.0,"s":"a\\u0000\\/b"}')).toBe(
    '{\n  "n": 12345678901234567890123,\n  "n": 1.0,\n  "s": "a\\u0000\\/b"\n}',
  );
});

test("what is no JSON comes back as it is", () => {
  for (const text of ["", "{", "Code build complete!", "{'a': 1}"]) expect(formatJson(text)).toBe(text);
});

test("256 KiB of brackets, or one string as long, is no problem", () => {
  const depth = 5000;
  expect(formatJson("[".repeat(depth) + "]".repeat(depth)).length).toBeLessThan(2_000_000);
  const long = JSON.stringify('\\"😀'.repeat(40_000));
  expect(formatJson(long)).toBe(long);
});
