import { innerScopes, type Scope, type State } from "./definition.ts";
import type { BranchesWait, Thread, ThreadPath } from "./execution.ts";

/** The thread at a path, or undefined if it has ended. */
export function findThread(root: Thread, path: ThreadPath): Thread | undefined {
  let thread: Thread | undefined = root;
  for (const index of path) thread = branchesOf(thread)?.children[index];
  return thread;
}

/** Records that this turn has made itself, so that nobody else knows them yet: it may write into them instead of copying them. */
export type Own = WeakSet<object>;

/** A record with one entry more, less (undefined) or other. A Map of 20,000 items changes its records as often: they are copied once. */
export function withEntry<T>(
  record: Readonly<Record<number, T>>,
  index: number,
  value: T | undefined,
  own: Own,
): Readonly<Record<number, T>> {
  const mine: Record<number, T> = own.has(record) ? record : { ...record };
  own.add(mine);
  if (value === undefined) delete mine[index];
  else mine[index] = value;
  return mine;
}

/** The tree with one thread replaced, or taken out of it. The other threads stay the same objects. */
export function replaceThread(
  root: Thread,
  path: ThreadPath,
  thread: Thread | undefined,
  own: Own = new WeakSet(),
): Thread {
  const [index, ...rest] = path;
  if (index === undefined) {
    if (thread === undefined) throw new Error("the root thread cannot be taken out");
    return thread;
  }
  const { visit } = root;
  const waiting = branchesOf(root);
  const child = waiting?.children[index];
  if (visit === undefined || waiting === undefined) throw new Error(`no thread at ${path.join(".")}`);
  const below = rest.length === 0 ? thread : replaceThread(child ?? { lastEventId: 0 }, rest, thread, own);
  const children = withEntry(waiting.children, index, below, own);
  return { ...root, visit: { ...visit, waiting: { ...waiting, children } } };
}

/** What the state of a thread waits for, if that is its children. */
export function branchesOf(thread: Thread | undefined): BranchesWait | undefined {
  const waiting = thread?.visit?.waiting;
  return waiting?.for === "branches" ? waiting : undefined;
}

/** The states among which a thread moves. */
export function scopeAt(machine: Scope, root: Thread, path: ThreadPath): Scope | undefined {
  let scope: Scope | undefined = machine;
  let thread: Thread | undefined = root;
  for (const index of path) {
    const state: State | undefined =
      thread?.visit === undefined ? undefined : scope?.States[thread.visit.state];
    if (state === undefined) return undefined;
    const scopes = innerScopes(state);
    scope = (state.Type === "Map" ? scopes[0] : scopes[index])?.[1];
    thread = branchesOf(thread)?.children[index];
  }
  return scope;
}

/** The threads from the root down to a path, both included. */
export function threadsDownTo(root: Thread, path: ThreadPath): Thread[] {
  const threads = [root];
  let thread: Thread | undefined = root;
  for (const index of path) {
    thread = branchesOf(thread)?.children[index];
    if (thread !== undefined) threads.push(thread);
  }
  return threads;
}

/** A thread's paths with all that run below it, itself first. */
export function* pathsBelow(thread: Thread, path: ThreadPath): Generator<readonly [ThreadPath, Thread]> {
  yield [path, thread];
  for (const [index, child] of Object.entries(branchesOf(thread)?.children ?? {}))
    yield* pathsBelow(child, [...path, Number(index)]);
}
