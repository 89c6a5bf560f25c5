import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Json, JsonObject } from "../../local/step-functions/asl/json.ts";
import type { ExpectedEvent } from "./cases.ts";
import { match, type Bindings, type Matching, type MatchOptions } from "./matching.ts";

interface Event {
  readonly id: number | null;
  readonly previousEventId: number | null;
  readonly type: string;
  readonly details: JsonObject;
}

/** Compares a whole history: in order, else as a tree where branches may overtake each other, else (ids lost) as a set. */
export function compareHistory(
  expected: readonly ExpectedEvent[],
  actual: readonly HistoryEvent[],
  bindings: Bindings,
): Matching {
  const events = actual.map(eventOf);
  if (expected.some(({ id }) => id === null)) return matchSet(expected, events, bindings);
  const inOrder = matchInOrder(expected, events, bindings);
  if (inOrder.bindings !== undefined || !mayOvertake(expected)) return inOrder;
  const asTree = matchTrees(treeOf(expected), treeOf(events), bindings);
  return asTree.bindings === undefined
    ? { difference: `${inOrder.difference}; as a tree: ${asTree.difference}` }
    : asTree;
}

/** An event of the SDK in the form of the recordings; `input` and `output` are JSON there. */
export function eventOf({ id, previousEventId, type, timestamp: _, ...rest }: HistoryEvent): Event {
  const [content] = Object.entries(rest)
    .filter(([name, value]) => name.endsWith("EventDetails") && value !== undefined)
    .map(([, value]) => JSON.parse(JSON.stringify(value)) as JsonObject);
  const details = { ...content };
  for (const name of ["input", "output"]) {
    const text = details[name];
    if (typeof text === "string") details[name] = JSON.parse(text) as Json;
  }
  return { id: id ?? 0, previousEventId: previousEventId ?? 0, type: type ?? "", details };
}

function matchInOrder(
  expected: readonly ExpectedEvent[],
  actual: readonly Event[],
  bindings: Bindings,
): Matching {
  const loose: string[] = [];
  let bound = bindings;
  const afterMapRun = expected.some(({ type }) => type === "MapRunStarted");
  for (const [index, event] of expected.entries()) {
    const found = actual[index];
    const at = `event ${event.id} ${event.type}`;
    if (found === undefined) return { difference: `${at} is missing` };
    const free = event.type === "MapStateExited" && afterMapRun;
    if (
      event.type !== found.type ||
      event.id !== found.id ||
      (!free && event.previousEventId !== found.previousEventId)
    ) {
      return {
        difference: `${at} after ${event.previousEventId}: got ${found.id} ${found.type} after ${found.previousEventId}`,
      };
    }
    const outcome = match(event.details, found.details, bound, {}, at);
    if (outcome.bindings === undefined) return outcome;
    bound = outcome.bindings;
    loose.push(...(outcome.loose ?? []));
  }
  const more = actual[expected.length];
  return more === undefined
    ? { bindings: bound, loose }
    : { difference: `more events: ${more.id} ${more.type}` };
}

/** Branches: a Parallel state, or iterations of a Map of which several follow its MapStateStarted. */
function mayOvertake(expected: readonly ExpectedEvent[]): boolean {
  if (expected.some(({ type }) => type === "ParallelStateStarted")) return true;
  const followed = expected
    .filter(({ type }) => type === "MapIterationStarted")
    .map((event) => event.previousEventId);
  return new Set(followed).size < followed.length;
}

interface Node {
  readonly event: Event;
  readonly children: Node[];
}

const joins = /^(Parallel|Map)(?:State(?:Succeeded|Failed|Aborted|Exited)|IterationStarted)$/u;

function treeOf(events: readonly Event[]): Node[] {
  const nodes = new Map(events.map((event) => [event.id, { event, children: [] as Node[] }]));
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(
      joins.test(node.event.type) ? ownEntry(node.event, nodes) : node.event.previousEventId,
    );
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/** The …StateEntered of the state that an event closes or goes on with. */
function ownEntry(event: Event, nodes: ReadonlyMap<number | null, Node>): number | null {
  const kind = joins.exec(event.type)?.[1] ?? "";
  let depth = 0;
  for (
    let at = nodes.get(event.previousEventId);
    at !== undefined;
    at = nodes.get(at.event.previousEventId)
  ) {
    if (at.event.type === `${kind}StateExited`) depth += 1;
    if (at.event.type !== `${kind}StateEntered`) continue;
    if (depth === 0) return at.event.id;
    depth -= 1;
  }
  return event.previousEventId;
}

const anyIds: MatchOptions = { anyEventIds: true };

/** Matches children as a set, trying candidates in turn: what one of them binds must hold for the rest. */
function matchTrees(expected: readonly Node[], actual: readonly Node[], bindings: Bindings): Matching {
  const [first, ...rest] = expected;
  if (first === undefined) {
    const [more] = actual;
    return more === undefined ? { bindings } : { difference: `unexpected ${more.event.type}` };
  }
  let difference = `no ${first.event.type} where one is expected`;
  for (const [index, candidate] of actual.entries()) {
    if (candidate.event.type !== first.event.type) continue;
    const own = match(first.event.details, candidate.event.details, bindings, anyIds, first.event.type);
    const below =
      own.bindings === undefined ? own : matchTrees(first.children, candidate.children, own.bindings);
    const others =
      below.bindings === undefined ? below : matchTrees(rest, actual.toSpliced(index, 1), below.bindings);
    if (others.bindings !== undefined) {
      return { ...others, loose: [own, below, others].flatMap(({ loose = [] }) => loose) };
    }
    difference = others.difference ?? difference;
  }
  return { difference };
}

const mayBeMore = /^ParallelState(?:Started|Succeeded|Exited)$/u;

function matchSet(expected: readonly Event[], actual: readonly Event[], bindings: Bindings): Matching {
  let bound = bindings;
  let left = actual;
  for (const event of expected) {
    const outcomes = left.map((each) =>
      each.type === event.type ? match(event.details, each.details, bound, anyIds, event.type) : {},
    );
    const index = outcomes.findIndex((outcome) => outcome.bindings !== undefined);
    const found = outcomes[index]?.bindings;
    if (found === undefined) {
      const reason =
        outcomes.find(({ difference }) => difference !== undefined)?.difference ?? "none of the type";
      return { difference: `no ${event.type} as expected: ${reason}` };
    }
    bound = found;
    left = left.toSpliced(index, 1);
  }
  const more = left.find(({ type }) => !mayBeMore.test(type));
  return more === undefined ? { bindings: bound } : { difference: `more events: ${more.type}` };
}
