import { expect, test } from "vitest";
import { excerpt } from "../../web/lib/excerpt.ts";

test("a short text stays whole", () => {
  expect(excerpt("a\nb", 2, 10)).toEqual({ text: "a\nb", lines: 2, shortened: false });
});

test("a text is cut by lines or by characters, whichever comes first", () => {
  expect(excerpt("a\nb\nc", 2, 10)).toEqual({ text: "a\nb", lines: 3, shortened: true });
  expect(excerpt("abcdef\ng", 2, 3)).toEqual({ text: "abc", lines: 2, shortened: true });
});

test("an emoji is never cut in half", () => {
  expect(excerpt("a😀b", 1, 2).text).toBe("a");
  expect(excerpt("a😀b", 1, 3).text).toBe("a😀");
});
