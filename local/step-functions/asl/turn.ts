import type { State, StateMachine } from "./definition.ts";
import type { Effect, ExecutionEvent } from "./execution-event.ts";
import {
  makeKey,
  type ExecutionState,
  type Key,
  type Thread,
  type ThreadPath,
  type Visit,
  type Waiting,
} from "./execution.ts";
import { historyLimit, type HistoryEvent } from "./history.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Scope } from "./scope.ts";
import { seededRandom } from "./seeded-random.ts";
import { runtimeFault } from "./state-fault.ts";

/** One step of the interpreter while it is being taken: the state so far, the effects so far, and what is ready to go on. */
export interface Turn {
  readonly machine: StateMachine;
  readonly at: number;
  readonly random: () => number;
  state: ExecutionState;
  readonly effects: Effect[];
  /** States to be entered in this same turn. A queue rather than recursion: a machine may pass 10,000 states in one turn. */
  readonly ready: Transition[];
}

export interface Transition {
  readonly path: ThreadPath;
  readonly state: string;
  readonly input: Json;
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
  return { machine, state, at: event.at, random: seededRandom(event.seed), effects: [], ready: [] };
}

/** Thrown when the history is full; ends the execution whatever its definition says. */
export class HistoryFull extends Error {}

export function threadAt(turn: Turn, path: ThreadPath): Thread {
  // The only thread until Parallel and Map bring branches; their children will hang below a visit.
  if (path.length > 0) throw new Error(`no thread at ${path.join(".")}`);
  return turn.state.root;
}

function setThread(turn: Turn, path: ThreadPath, thread: Thread): void {
  if (path.length > 0) throw new Error(`no thread at ${path.join(".")}`);
  turn.state = { ...turn.state, root: thread };
}

/** Where a thread stands, or undefined between states. */
export function hereAt(turn: Turn, path: ThreadPath): Here | undefined {
  const { visit } = threadAt(turn, path);
  const definition = visit === undefined ? undefined : turn.machine.States[visit.state];
  return visit === undefined || definition === undefined ? undefined : { turn, path, definition, visit };
}

/** Replaces the visit of a thread; undefined when the state has been left. */
export function setVisit(turn: Turn, path: ThreadPath, visit: Visit | undefined): void {
  const { lastEventId } = threadAt(turn, path);
  setThread(turn, path, visit === undefined ? { lastEventId } : { lastEventId, visit });
}

/** Notes what the state waits for. */
export function wait(here: Here, waiting: Waiting): void {
  setVisit(here.turn, here.path, { ...here.visit, waiting });
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
  if (turn.state.lastEventId + 1 >= historyLimit) throw new HistoryFull();
  const event = historyEvent(turn, threadAt(turn, path).lastEventId, entry);
  setThread(turn, path, { ...threadAt(turn, path), lastEventId: event.id });
  return event.id;
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

/** What expressions of the state see when `$` is the given value. */
export function scopeOf(here: Here, input: Json): Scope {
  return { input, context: contextObject(here), random: here.turn.random };
}

/** The context object, https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html. */
function contextObject({ turn: { state }, definition, visit }: Here): JsonObject {
  return {
    Execution: {
      Id: state.arn,
      Input: state.input,
      Name: state.name,
      RoleArn: state.roleArn,
      StartTime: new Date(state.startedAt).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: state.stateMachineArn, Name: state.stateMachineName },
    State: {
      Name: visit.state,
      EnteredTime: new Date(visit.enteredAt).toISOString(),
      // Recordings show it on Task states alone.
      ...(definition.Type === "Task"
        ? { RetryCount: visit.retries.reduce((sum, count) => sum + count, 0) }
        : {}),
    },
  };
}

/** The definition of a state that validation has proved to exist. */
export function definitionOf(machine: StateMachine, name: string): State {
  const definition = machine.States[name];
  if (definition === undefined) throw runtimeFault(`The state '${name}' does not exist`);
  return definition;
}
