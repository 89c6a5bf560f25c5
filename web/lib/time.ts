const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 minutes ago". Clocks differ a little: what seems to lie in the future is just now. */
export function ago(at: string, now: number): string {
  const past = now - Date.parse(at);
  if (past < 10 * second) return "just now";
  if (past < minute) return relative.format(-Math.floor(past / second), "second");
  if (past < hour) return relative.format(-Math.floor(past / minute), "minute");
  if (past < day) return relative.format(-Math.floor(past / hour), "hour");
  if (past < 30 * day) return relative.format(-Math.floor(past / day), "day");
  return `on ${at.slice(0, 10)}`;
}

/** "1 h 12 min", "4 min 09 s", "3 days". */
export function duration(milliseconds: number): string {
  const left = Math.max(0, milliseconds);
  if (left < minute) return `${Math.floor(left / second)} s`;
  if (left < hour)
    return `${Math.floor(left / minute)} min ${String(Math.floor((left % minute) / second)).padStart(2, "0")} s`;
  if (left < 2 * day)
    return `${Math.floor(left / hour)} h ${String(Math.floor((left % hour) / minute)).padStart(2, "0")} min`;
  return `${Math.floor(left / day)} days`;
}

/** "30 seconds", "5 minutes", "1 hour 30 minutes". */
export function interval(seconds: number): string {
  const parts: string[] = [];
  let left = seconds;
  for (const [name, size] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(" ") || "0 seconds";
}

export function utcTime(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The reader's own clock, or null where it shows the same as UTC. */
export function localTime(at: string, timeZone?: string): string | null {
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long", timeZone });
  const text = format.format(new Date(at));
  return / (UTC|GMT)$/.test(text) ? null : text;
}

/** Both clocks: the log's and the reader's. */
export function fullTime(at: string): string {
  const local = localTime(at);
  return local === null ? utcTime(at) : `${utcTime(at)} (${local})`;
}
