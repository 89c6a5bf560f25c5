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
export function instantOf(timeZone: string, { day, minute }: WallTime): Date {
  const wanted = day * dayMs + minute * minuteMs;
  const offsetAt = (ms: number) => wallMs(timeZone, ms) - Math.floor(ms / 1000) * 1000;
  const before = wanted - offsetAt(wanted - dayMs);
  const after = wanted - offsetAt(wanted + dayMs);
  if (before === after) return new Date(before);
  const shown = [before, after].filter((ms) => wallMs(timeZone, ms) === wanted);
  if (shown.length > 0) return new Date(Math.min(...shown));
  let [low, high] = [Math.min(before, after), Math.max(before, after)];
  // The jump lies between: before it the wall shows less, after it more.
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (wallMs(timeZone, middle) >= wanted) high = middle;
    else low = middle;
  }
  return new Date(high);
}
