import type { State, StateMachine } from "./definition.ts";
import type { Effect, ExecutionEvent } from "./execution-event.ts";
import {
  makeKey,
  type ExecutionState,
  type Key,
  type Ready,
  type Thread,
  type ThreadPath,
  type Visit,
  type Waiting,
} from "./execution.ts";
import { historyLimit, type HistoryEvent } from "./history.ts";
import type { Json, JsonObject } from "./json.ts";
import { seededRandom } from "./seeded-random.ts";
import { findThread, replaceThread, scopeAt, threadsDownTo, type Own } from "./threads.ts";

/** One step of the interpreter while it is being taken: the state so far, the effects so far, and what is ready to go on. */
export interface Turn {
  readonly machine: StateMachine;
  readonly at: number;
  readonly random: () => number;
  state: ExecutionState;
  readonly effects: Effect[];
  /** What is to be done in this same turn. A queue rather than recursion: a machine may pass 10,000 states in one turn. */
  ready: Ready[];
  readonly own: Own;
  /** The first thing that was thrown and is no fault of a state. */
  unforeseen?: unknown;
}

/** A state in the middle of its visit: everything that a behaviour needs to do its part. */
export interface Here<S extends State = State> {
  readonly turn: Turn;
  readonly path: ThreadPath;
  readonly definition: S;
  readonly visit: Visit;
}

export type StateType = State["Type"];
export type StateOf<Type extends StateType> = Extract<State, { Type: Type }>;

export function beginTurn(machine: StateMachine, state: ExecutionState, event: ExecutionEvent): Turn {
  return {
    machine,
    state,
    at: event.at,
    random: seededRandom(event.seed),
    own: new WeakSet(),
    effects: [],
    ready: [],
  };
}

/** Thrown when the history is full; ends the execution whatever its definition says. */
export class HistoryFull extends Error {}

export function threadAt(turn: Turn, path: ThreadPath): Thread {
  const thread = findThread(turn.state.root, path);
  if (thread === undefined) throw new Error(`no thread at ${path.join(".")}`);
  return thread;
}

/** Replaces a thread; undefined takes it out. */
export function setThread(turn: Turn, path: ThreadPath, thread: Thread | undefined): void {
  turn.state = { ...turn.state, root: replaceThread(turn.state.root, path, thread, turn.own) };
}

/** Where a thread stands, or undefined if it has ended or is between states. */
export function hereAt(turn: Turn, path: ThreadPath): Here | undefined {
  const visit = findThread(turn.state.root, path)?.visit;
  const definition = visit === undefined ? undefined : stateIn(turn, path, visit.state);
  return visit === undefined || definition === undefined ? undefined : { turn, path, definition, visit };
}

/** The same place as it is by now: what has been done since may have noted something in the visit. */
export function renewed<S extends State>(here: Here<S>): Here<S> {
  const { visit } = threadAt(here.turn, here.path);
  return visit === undefined ? here : { ...here, visit };
}

/** The definition of a state among those that a thread moves in. */
export function stateIn(turn: Turn, path: ThreadPath, name: string): State | undefined {
  return scopeAt(turn.machine, turn.state.root, path)?.States[name];
}

/** Replaces the visit of a thread; undefined when the state has been left. */
export function setVisit(turn: Turn, path: ThreadPath, visit: Visit | undefined): void {
  const { visit: _, ...thread } = threadAt(turn, path);
  setThread(turn, path, visit === undefined ? thread : { ...thread, visit });
}

/** Notes what the state waits for; undefined that it waits for nothing any more. */
export function wait(here: Here, waiting: Waiting | undefined): void {
  const { waiting: _, ...visit } = here.visit;
  setVisit(here.turn, here.path, waiting === undefined ? visit : { ...visit, waiting });
}

export function newKey(here: Here, kind: string): Key {
  const number = here.turn.state.lastKey + 1;
  here.turn.state = { ...here.turn.state, lastKey: number };
  return makeKey(kind, here.path, number);
}

export interface HistoryEntry {
  readonly type: string;
  readonly details?: JsonObject;
  readonly input?: Json;
  readonly output?: Json;
}

/** Writes an event of a thread into the history; answers its id. Throws {@link HistoryFull} instead of the last event but one. */
export function append(turn: Turn, path: ThreadPath, entry: HistoryEntry): number {
  const id = appendAside(turn, path, entry);
  follow(turn, path, id);
  return id;
}

/** Writes an event that a thread's next one does not follow; it hangs after `previous`, else after the thread's last. */
export function appendAside(turn: Turn, path: ThreadPath, entry: HistoryEntry, previous?: number): number {
  const last = previous ?? threadAt(turn, path).lastEventId;
  // What a distributed Map does with an item is another execution on AWS, with a history of its own, which is not kept here.
  if (threadsDownTo(turn.state.root, path).some(({ detached }) => detached === true)) return last + 1;
  if (turn.state.lastEventId + 1 >= historyLimit) throw new HistoryFull();
  return historyEvent(turn, last, entry).id;
}

/** Lets a thread's next event follow another one than its own last. */
export function follow(turn: Turn, path: ThreadPath, lastEventId: number): void {
  setThread(turn, path, { ...threadAt(turn, path), lastEventId });
}

/** Writes an event that belongs to the execution rather than to a thread. */
export function appendOfExecution(turn: Turn, previousEventId: number, entry: HistoryEntry): number {
  return historyEvent(turn, previousEventId, entry).id;
}

function historyEvent(
  turn: Turn,
  previousEventId: number,
  { type, details = {}, ...payload }: HistoryEntry,
): HistoryEvent {
  const id = turn.state.lastEventId + 1;
  turn.state = { ...turn.state, lastEventId: id };
  const event = { id, previousEventId, type, at: turn.at, details, ...payload };
  turn.effects.push({ type: "appendHistory", event });
  return event;
}
