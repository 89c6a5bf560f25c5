import { clockChange, instantsOf, wallTimeAt, weekdayOf } from "./zoned-time.ts";

/** Open on these days (1 for Monday) from a time to another one, in minutes after midnight on the wall of the time zone. */
export interface Window {
  days: readonly number[];
  fromMinute: number;
  /** Not later than `fromMinute`: of the next day. 1440 is midnight. */
  toMinute: number;
  timeZone: string;
}

/** Closed from an instant (included) to another one (not), ISO 8601 in UTC. */
export interface Freeze {
  from: string;
  to: string;
  reason: string;
}

/** When one policy lets approvals complete. */
export interface Calendar {
  windows: readonly Window[];
  freezes: readonly Freeze[];
}

export function isOpenAt({ windows, freezes }: Calendar, instant: Date): boolean {
  if (freezes.some((freeze) => isFrozen(freeze, instant))) return false;
  return windows.length === 0 || windows.some((window) => isInWindow(window, instant));
}

/** The freezes that hold at an instant. */
export function freezesAt({ freezes }: Calendar, instant: Date): Freeze[] {
  return freezes.filter((freeze) => isFrozen(freeze, instant));
}

function isFrozen({ from, to }: Freeze, instant: Date): boolean {
  return Date.parse(from) <= instant.getTime() && instant.getTime() < Date.parse(to);
}

function isInWindow({ days, fromMinute, toMinute, timeZone }: Window, instant: Date): boolean {
  const { day, minute } = wallTimeAt(timeZone, instant);
  const isOn = (which: number) => days.includes(weekdayOf(which));
  if (fromMinute < toMinute) return isOn(day) && minute >= fromMinute && minute < toMinute;
  return (isOn(day) && minute >= fromMinute) || (isOn(day - 1) && minute < toMinute);
}

/** Windows of a week, and freezes that follow one another: more steps than this lead nowhere. */
const stepsMax = 1_000;
const dayMs = 86_400_000;
const furthestMs = 400 * dayMs;

/** The first instant from `now` on at which all calendars are open; null: not within 400 days. */
export function nextOpening(calendars: readonly Calendar[], now: Date): Date | null {
  let at = now;
  for (let step = 0; step < stepsMax && at.getTime() - now.getTime() <= furthestMs; step += 1) {
    const closed = calendars.filter((calendar) => !isOpenAt(calendar, at));
    if (closed.length === 0) return at;
    const next = closed.map((calendar) => reopening(calendar, at));
    if (next.includes(null)) return null;
    at = new Date(Math.max(...next.map((each) => each?.getTime() ?? 0)));
  }
  return null;
}

/** When what closes the calendar at this instant is over; another thing may close it then. */
function reopening(calendar: Calendar, at: Date): Date | null {
  const frozen = freezesAt(calendar, at);
  if (frozen.length > 0) return new Date(Math.max(...frozen.map(({ to }) => Date.parse(to))));
  const openings = calendar.windows.flatMap((window) => openingAfter(window, at) ?? []);
  return openings.length === 0 ? null : new Date(Math.min(...openings.map((each) => each.getTime())));
}

/**
 * A window opens at least once a week; where its whole span falls into a jump of the clocks, a week later. It opens when the wall shows its
 * beginning, which it may do twice in a night, and may do so when the clocks are changed.
 */
function openingAfter(window: Window, at: Date): Date | null {
  let best: number | null = null;
  for (let ahead = 0; ahead <= 15; ahead += 1) {
    const found = openingsOn(window, at, ahead);
    // By the clocks' change, the next day may have the earlier one of both.
    if (best !== null) return new Date(Math.min(best, ...found));
    if (found.length > 0) best = Math.min(...found);
  }
  return best === null ? null : new Date(best);
}

function openingsOn(window: Window, at: Date, ahead: number): number[] {
  const { timeZone, fromMinute } = window;
  const day = wallTimeAt(timeZone, at).day + ahead;
  const after = new Date(at.getTime() + ahead * dayMs);
  const change = clockChange(timeZone, after, new Date(after.getTime() + dayMs));
  const begins = window.days.includes(weekdayOf(day))
    ? instantsOf(timeZone, { day, minute: fromMinute })
    : [];
  return [...begins, ...(change === null ? [] : [change])]
    .filter((each) => each.getTime() > at.getTime() && isInWindow(window, each))
    .map((each) => each.getTime());
}
