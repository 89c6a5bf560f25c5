import { expect, test } from "vitest";
import { safeUrl } from "../../web/lib/safe-url.ts";

test("only http and https may be opened by a click", () => {
  expect(safeUrl("https://example.com/a?b=<c>")?.href).toBe("https://example.com/a?b=%3Cc%3E");
  expect(safeUrl("HTTP://example.com")?.protocol).toBe("http:");
  for (const text of [
    "javascript:alert(1)",
    " java\nscript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "/relative",
    "//host",
    "",
  ])
    expect(safeUrl(text), text).toBeNull();
});
