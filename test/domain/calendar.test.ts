import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOpenAt, nextOpening, type Calendar, type Window } from "../../src/domain/policy/calendar.ts";
import { instantOf, wallTimeAt, weekdayOf } from "../../src/domain/policy/zoned-time.ts";

const berlin = "Europe/Berlin";
const workdays = [1, 2, 3, 4, 5];
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const opening = (window: Partial<Window>, freezes: Calendar["freezes"] = []): Calendar => ({
  windows: [{ days: workdays, fromMinute: 540, toMinute: 1020, timeZone: berlin, ...window }],
  freezes,
});
const at = (text: string) => new Date(text);
const next = (calendar: Calendar, now: string) => nextOpening([calendar], at(now))?.toISOString() ?? null;

describe("a time window", () => {
  it("opens and closes by the clock on the wall of its time zone, summer and winter", () => {
    // 9 to 17 o'clock in Berlin: 8 to 16 in UTC in winter, 7 to 15 in summer.
    expect(isOpenAt(opening({}), at("2026-01-15T07:59:59Z"))).toBe(false);
    expect(isOpenAt(opening({}), at("2026-01-15T08:00:00Z"))).toBe(true);
    expect(isOpenAt(opening({}), at("2026-01-15T16:00:00Z"))).toBe(false);
    expect(isOpenAt(opening({}), at("2026-07-15T07:00:00Z"))).toBe(true);
    expect(isOpenAt(opening({}), at("2026-07-15T15:00:00Z"))).toBe(false);
    expect(isOpenAt(opening({}), at("2026-07-18T10:00:00Z"))).toBe(false);
  });

  it("over midnight belongs to the day on which it begins", () => {
    const night = opening({ days: [5], fromMinute: 1320, toMinute: 120 });
    expect(isOpenAt(night, at("2026-07-17T20:00:00Z"))).toBe(true);
    expect(isOpenAt(night, at("2026-07-17T23:30:00Z"))).toBe(true);
    expect(isOpenAt(night, at("2026-07-18T00:00:00Z"))).toBe(false);
    expect(isOpenAt(night, at("2026-07-16T23:30:00Z"))).toBe(false);
  });

  it("opens next on Monday after a weekend during which the clocks change", () => {
    expect(next(opening({}), "2026-03-27T18:00:00Z")).toBe("2026-03-30T07:00:00.000Z");
    expect(next(opening({}), "2026-10-23T18:00:00Z")).toBe("2026-10-26T08:00:00.000Z");
  });

  it("whose beginning the clocks jump over opens with the jump, and one that is shown twice opens the first time", () => {
    // In Berlin there is no 02:30 on 29 March 2026, and two of them on 25 October.
    const early = opening({ days: everyDay, fromMinute: 150, toMinute: 600 });
    expect(next(early, "2026-03-28T12:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
    expect(next(early, "2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("whose beginning is shown twice opens twice, and one that the clocks are put back into opens with that", () => {
    const short = opening({ days: [7], fromMinute: 135, toMinute: 165 });
    expect(next(short, "2026-10-25T00:50:00Z")).toBe("2026-10-25T01:15:00.000Z");
    const earlier = opening({ days: [7], fromMinute: 90, toMinute: 150 });
    expect(next(earlier, "2026-10-25T00:45:00Z")).toBe("2026-10-25T01:00:00.000Z");
  });

  it("that the clocks jump over whole is left out that day", () => {
    const gone = opening({ days: [7], fromMinute: 130, toMinute: 170 });
    expect(next(gone, "2026-03-28T12:00:00Z")).toBe("2026-04-05T00:10:00.000Z");
  });

  it("is found for time zones that are odd: half hours, and a jump over a whole day", () => {
    const early = { days: everyDay, fromMinute: 60, toMinute: 120 };
    expect(next(opening({ ...early, timeZone: "Asia/Kathmandu" }), "2026-05-01T00:00:00Z")).toBe(
      "2026-05-01T19:15:00.000Z",
    );
    // Samoa left out 30 December 2011.
    expect(next(opening({ ...early, timeZone: "Pacific/Apia" }), "2011-12-29T12:00:00Z")).toBe(
      "2011-12-30T11:00:00.000Z",
    );
  });
});

describe("a freeze", () => {
  const christmas = { from: "2026-12-23T23:00:00.000Z", to: "2026-12-26T23:00:00.000Z", reason: "Christmas" };

  it("closes a window, and the next one after it opens", () => {
    expect(isOpenAt(opening({}, [christmas]), at("2026-12-24T10:00:00Z"))).toBe(false);
    expect(next(opening({}, [christmas]), "2026-12-24T10:00:00Z")).toBe("2026-12-28T08:00:00.000Z");
  });

  it("alone leaves everything else open", () => {
    const calendar = { windows: [], freezes: [christmas] };
    expect(isOpenAt(calendar, at("2026-12-20T03:00:00Z"))).toBe(true);
    expect(next(calendar, "2026-12-24T10:00:00Z")).toBe(christmas.to);
  });
});

describe("several calendars", () => {
  it("are open together when all of them are, and may never be", () => {
    const morning = opening({ fromMinute: 480, toMinute: 600 });
    const tuesday = opening({ days: [2], fromMinute: 0, toMinute: 1440, timeZone: "America/New_York" });
    expect(nextOpening([morning, tuesday], at("2026-07-13T12:00:00Z"))?.toISOString()).toBe(
      "2026-07-14T06:00:00.000Z",
    );
    expect(
      nextOpening([opening({ days: [1] }), opening({ days: [2] })], at("2026-07-13T12:00:00Z")),
    ).toBeNull();
  });

  it("the next opening is open, nothing before it is, and it is never in the past", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
    const anyWindow = fc
      .record({
        days: fc.subarray(everyDay, { minLength: 1 }),
        fromMinute: fc.integer({ min: 0, max: 1439 }),
        lengthMinutes: fc.integer({ min: 30, max: 1400 }),
        timeZone: fc.constantFrom(...zones),
      })
      .map(({ lengthMinutes, ...rest }) => ({
        ...rest,
        toMinute: ((rest.fromMinute + lengthMinutes - 1) % 1440) + 1,
      }));
    const anyNow = fc.date({
      min: at("2026-01-01T00:00:00Z"),
      max: at("2027-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(anyWindow, anyNow, fc.double({ min: 0, max: 0.999, noNaN: true }), (window, now, share) => {
        const calendar: Calendar = { windows: [window], freezes: [] };
        const opens = nextOpening([calendar], now);
        if (opens === null) throw new Error("a window opens every week");
        expect(opens.getTime()).toBeGreaterThanOrEqual(now.getTime());
        expect(isOpenAt(calendar, opens)).toBe(true);
        const between = new Date(now.getTime() + (opens.getTime() - now.getTime()) * share);
        if (between < opens) expect(isOpenAt(calendar, between)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe("on days on which the clocks change", () => {
  // Forward and back, by an hour and by half of one, at night and at midnight.
  const changes = {
    "Europe/Berlin": ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"],
    "America/New_York": ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"],
    "Australia/Lord_Howe": ["2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"],
    "America/Havana": ["2026-03-08T05:00:00Z", "2026-11-01T05:00:00Z"],
    "Africa/Cairo": ["2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z"],
    "America/St_Johns": ["2026-03-08T05:30:00Z", "2026-11-01T04:30:00Z"],
  };
  const anyChange = fc.constantFrom(
    ...Object.entries(changes).flatMap(([timeZone, instants]) =>
      instants.map((instant) => ({ timeZone, instant })),
    ),
  );

  it("the next opening is the first minute from then on at which it is open", () => {
    const minuteMs = 60_000;
    fc.assert(
      fc.property(
        anyChange,
        fc.subarray(everyDay, { minLength: 1 }),
        // Around the changes, at which windows are cut in two.
        fc.integer({ min: -180, max: 300 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: -300, max: 240 }),
        ({ timeZone, instant }, days, from, length, before) => {
          const fromMinute = (from + 1440) % 1440;
          const toMinute = ((fromMinute + length - 1) % 1440) + 1;
          const calendar = { windows: [{ days, fromMinute, toMinute, timeZone }], freezes: [] };
          const now = at(instant).getTime() + before * minuteMs;
          const opens = nextOpening([calendar], new Date(now))?.getTime() ?? Infinity;
          const limit = now + 12 * 60 * minuteMs;
          let first = now;
          while (first < limit && !isOpenAt(calendar, new Date(first))) first += minuteMs;
          if (first < limit) expect(new Date(opens)).toEqual(new Date(first));
          else expect(opens).toBeGreaterThanOrEqual(limit);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a clock on the wall", () => {
  it("shows at its instant what was asked for, unless the clocks jump over it", () => {
    const zones = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 20_000, max: 21_500 }),
        fc.integer({ min: 0, max: 1439 }),
        (timeZone, day, minute) => {
          const shown = wallTimeAt(timeZone, instantOf(timeZone, { day, minute }));
          expect(shown.day).toBe(day);
          expect(shown.minute - minute).toBeGreaterThanOrEqual(0);
          expect(shown.minute - minute).toBeLessThanOrEqual(60);
        },
      ),
    );
  });

  it("counts weekdays from Monday", () => {
    expect(weekdayOf(Date.parse("2026-06-01T00:00:00Z") / 86_400_000)).toBe(1);
    expect(weekdayOf(Date.parse("2026-06-07T00:00:00Z") / 86_400_000)).toBe(7);
    expect(weekdayOf(0)).toBe(4);
  });
});
