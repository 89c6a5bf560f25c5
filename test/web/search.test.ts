import { expect, test } from "vitest";
import { inboxSearch } from "../../web/lib/inbox-search.ts";
import { parseSearch, stringifySearch } from "../../web/lib/search-params.ts";

test("the address holds tab and search as plain text", () => {
  expect(stringifySearch({ tab: "all", q: "a b&c" })).toBe("?tab=all&q=a+b%26c");
  expect(parseSearch("?tab=all&q=123")).toEqual({ tab: "all", q: "123" });
  expect(stringifySearch({ q: "" })).toBe("");
});

test("any address becomes something that the inbox can show", () => {
  expect(inboxSearch({ tab: "pending", q: "" })).toEqual({});
  expect(inboxSearch({ tab: "nonsense", q: 7 })).toEqual({});
  expect(inboxSearch({ tab: "lapsed", q: "x".repeat(500) })).toEqual({ tab: "lapsed", q: "x".repeat(200) });
});
