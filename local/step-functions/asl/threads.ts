import { innerScopes, type Scope, type State } from "./definition.ts";
import type { BranchesWait, Thread, ThreadPath } from "./execution.ts";

/** The thread at a path, or undefined if it has ended. */
export function findThread(root: Thread, path: ThreadPath): Thread | undefined {
  let thread: Thread | undefined = root;
  for (const index of path) thread = branchesOf(thread)?.children[index];
  return thread;
}

/** The tree with one thread replaced, or taken out of it. The other threads stay the same objects. */
export function replaceThread(root: Thread, path: ThreadPath, thread: Thread | undefined): Thread {
  const [index, ...rest] = path;
  if (index === undefined) {
    if (thread === undefined) throw new Error("the root thread cannot be taken out");
    return thread;
  }
  const { visit } = root;
  const waiting = branchesOf(root);
  const child = waiting?.children[index];
  if (visit === undefined || waiting === undefined) throw new Error(`no thread at ${path.join(".")}`);
  const { [index]: _, ...others } = waiting.children;
  const below = rest.length === 0 ? thread : replaceThread(child ?? { lastEventId: 0 }, rest, thread);
  const children = below === undefined ? others : { ...others, [index]: below };
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
