import { expect, test } from "vitest";
import { visibleText } from "../../web/lib/visible-text.ts";

test("a NUL and other control characters are shown, a tab and a line break stay", () => {
  expect(visibleText("a\u0000b\u001bc\u007fd\te\nf\u0085")).toBe("a␀b␛c␡d\te\nf[U+0085]");
});

test("what would reorder or hide text is shown", () => {
  expect(visibleText("photo\u202Egnp.exe")).toBe("photo[U+202E]gnp.exe");
  expect(visibleText("ad\u200Bmin\uFEFF")).toBe("ad[U+200B]min[U+FEFF]");
});

test("emoji, joiners and right-to-left scripts stay as they are", () => {
  for (const text of ["👩‍👩‍👧‍👦 🏳️‍🌈", "می‌خواهم", "שלום"]) expect(visibleText(text)).toBe(text);
});

test("Windows line ends are line ends", () => {
  expect(visibleText("a\r\nb\rc")).toBe("a\nb␍c");
});
