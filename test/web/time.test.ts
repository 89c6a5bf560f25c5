import { expect, test } from "vitest";
import { ago, duration, interval, localTime, utcTime } from "../../web/lib/time.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const before = (seconds: number) => new Date(now - seconds * 1000).toISOString();

test("an age is told as a person would", () => {
  expect(
    [-5, 3, 42, 180, 7200, 86_400, 5 * 86_400, 40 * 86_400].map((seconds) => ago(before(seconds), now)),
  ).toEqual([
    "just now",
    "just now",
    "42 seconds ago",
    "3 minutes ago",
    "2 hours ago",
    "yesterday",
    "5 days ago",
    "on 2026-01-20",
  ]);
});

test("what is left is told to the second when it matters", () => {
  expect([-1, 9, 249, 4320, 3 * 86_400].map((seconds) => duration(seconds * 1000))).toEqual([
    "0 s",
    "9 s",
    "4 min 09 s",
    "1 h 12 min",
    "3 days",
  ]);
});

test("an interval is told in words", () => {
  expect([0, 1, 60, 90, 5400, 90_061].map(interval)).toEqual([
    "0 seconds",
    "1 second",
    "1 minute",
    "1 minute 30 seconds",
    "1 hour 30 minutes",
    "1 day 1 hour",
  ]);
});

test("both clocks are shown, and one where they agree", () => {
  expect(utcTime("2026-03-01T12:00:00.5Z")).toBe("2026-03-01 12:00:00 UTC");
  expect(localTime("2026-03-01T12:00:00Z", "Europe/Vienna")).toBe("1 Mar 2026, 13:00:00 CET");
  expect(localTime("2026-03-01T12:00:00Z", "UTC")).toBeNull();
});
