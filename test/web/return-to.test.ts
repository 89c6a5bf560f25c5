import { expect, test } from "vitest";
import { returnTo } from "../../web/lib/return-to.ts";

const origin = "https://countersign.example";

test("after signing in one returns to where one wanted to go", () => {
  for (const path of ["/", "/approvals/1?x=1#y", "/?tab=all&q=a%2Fb"])
    expect(returnTo(path, origin)).toBe(path);
});

test("the sign-in page leads nowhere else", () => {
  const elsewhere = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "evil",
    "",
    undefined,
    7,
    "/sign-in?to=/",
  ];
  for (const wanted of elsewhere) expect(returnTo(wanted, origin), String(wanted)).toBe("/");
});
