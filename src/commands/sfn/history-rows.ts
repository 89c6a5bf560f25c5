import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { printable } from "../printable.ts";
import { cut, span } from "./table.ts";

type Details = Readonly<Record<string, unknown>>;

/** Longer than any line: what comes behind it would be cut anyway. */
const longestDetail = 2_000;

/** A headline, and a row for each event: id, time since the start, type, state, and what matters most of its details. */
export function historyRows(events: readonly HistoryEvent[]): string[][] {
  const startMs = events[0]?.timestamp?.getTime() ?? 0;
  const states = new Map<number, string>();
  const rows = events.map((event) => {
    const { id = 0, type = "", timestamp } = event;
    states.set(id, stateOf(event, states));
    return [
      String(id),
      span((timestamp?.getTime() ?? startMs) - startMs),
      type,
      printable(states.get(id) ?? ""),
      printable(describe(detailsOf(event)).replace(/\s+/g, " ")),
    ];
  });
  return [["ID", "SINCE START", "TYPE", "STATE", "DETAIL"], ...rows];
}

/** The state that an event belongs to: its own name says it, else the event that it follows. */
function stateOf(event: HistoryEvent, states: ReadonlyMap<number, string>): string {
  const { type, previousEventId = 0 } = event;
  if (type?.startsWith("Execution") === true) return "";
  const own = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  return own ?? states.get(previousEventId) ?? "";
}

/** The one member that is named after the event's type. */
function detailsOf(event: HistoryEvent): Details {
  const [, details = {}] = Object.entries(event).find(([name]) => name.endsWith("EventDetails")) ?? [];
  return details as Details;
}

/** What is shown, in this order; the rest is in `--json`. */
const shown = ["resource", "workerName", "timeoutInSeconds", "heartbeatInSeconds", "length", "index"];
const data = ["input", "output", "parameters"];

function describe(details: Details): string {
  const { error, cause } = details;
  const fault = [error, cause].filter((each) => typeof each === "string" && each !== "").join(": ");
  const named = [...shown, ...data].filter((name) => details[name] !== undefined && details[name] !== null);
  const parts = named.map((name) => show(name, details[name]));
  return cut([...(fault === "" ? [] : [fault]), ...parts].join("  "), longestDetail);
}

/** Of an ARN its last part says what it is. */
function brief(text: string): string {
  return /^arn:\S+$/.test(text) ? (text.split(":").at(-1) ?? text) : text;
}

function show(name: string, value: unknown): string {
  const seconds = /^(\w+)InSeconds$/.exec(name)?.[1];
  if (seconds !== undefined) return `${seconds} ${String(value)} s`;
  return `${name === "workerName" ? "worker" : name} ${brief(String(value))}`;
}
