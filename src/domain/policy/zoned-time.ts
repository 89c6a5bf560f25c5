const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A clock on a wall: days since 1970-01-01 and minutes since midnight, in some time zone. */
export interface WallTime {
  day: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

/** What the wall shows at an instant, as if it were UTC. */
function wallMs(timeZone: string, instantMs: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instantMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function wallTimeAt(timeZone: string, instant: Date): WallTime {
  const ms = wallMs(timeZone, instant.getTime());
  const day = Math.floor(ms / dayMs);
  return { day, minute: Math.floor((ms - day * dayMs) / minuteMs) };
}

/** 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * The first instant at which the wall shows this time or a later one. Where clocks jump over it, that is the jump; where they show it
 * twice, the first time. `minute` may be 1440 and more.
 */
export function instantOf(timeZone: string, wall: WallTime): Date {
  return instantsOf(timeZone, wall)[0];
}

/** Every instant at which the wall shows this time, the first one first; where clocks jump over it, the jump. */
export function instantsOf(timeZone: string, { day, minute }: WallTime): [Date, ...Date[]] {
  const wanted = day * dayMs + minute * minuteMs;
  const before = wanted - offsetAt(timeZone, wanted - dayMs);
  const after = wanted - offsetAt(timeZone, wanted + dayMs);
  if (before === after) return [new Date(before)];
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const [first, ...more] = [low, high].filter((ms) => wallMs(timeZone, ms) === wanted);
  if (first !== undefined) return [new Date(first), ...more.map((ms) => new Date(ms))];
  // The jump lies between: before it the wall shows less, after it more.
  return [new Date(firstSecond(low, high, (ms) => wallMs(timeZone, ms) >= wanted))];
}

/** When the clocks are put forward or back between two instants that are not far apart; null: they are not. */
export function clockChange(timeZone: string, after: Date, until: Date): Date | null {
  const [low, high] = [after.getTime(), until.getTime()];
  const then = offsetAt(timeZone, high);
  if (offsetAt(timeZone, low) === then) return null;
  return new Date(firstSecond(low, high, (ms) => offsetAt(timeZone, ms) === then));
}

function offsetAt(timeZone: string, ms: number): number {
  return wallMs(timeZone, ms) - Math.floor(ms / 1000) * 1000;
}

/** The first whole second after `low` from which on this holds, which it does at `high`. */
function firstSecond(low: number, high: number, holds: (ms: number) => boolean): number {
  let [from, to] = [Math.floor(low / 1000), Math.ceil(high / 1000)];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle * 1000)) to = middle;
    else from = middle;
  }
  return to * 1000;
}
