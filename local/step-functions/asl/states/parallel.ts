import { argumentsOf, effectiveInput } from "../data-flow.ts";
import type { ParallelState } from "../definition.ts";
import { finish } from "../flow.ts";
import type { Json } from "../json.ts";
import { append, appendAside, follow, renewed, threadAt, wait, type Here } from "../turn.ts";
import { branchesOf } from "../threads.ts";
import { keepResult, parentOf, resultsOf, startChild } from "./branches.ts";
import type { ThreadPath } from "../execution.ts";

/** Parallel: a thread for each branch, all with the same input. */
export function parallel(here: Here<ParallelState>): void {
  const input = argumentsOf(here, effectiveInput(here));
  const started = append(here.turn, here.path, { type: "ParallelStateStarted" });
  wait(here, { for: "branches", children: {}, results: {} });
  here.definition.Branches.forEach(({ StartAt: first }, index) =>
    startChild(here, index, { lastEventId: started }, first, input),
  );
}

/** A branch has ended; with the last one the state is done. May throw a StateFault. */
export function branchEnded(here: Here<ParallelState>, path: ThreadPath, output: Json): void {
  const { turn } = here;
  const parent = parentOf(turn, path);
  const index = path.at(-1);
  if (parent === undefined || index === undefined) return;
  follow(turn, here.path, threadAt(turn, path).lastEventId);
  keepResult({ here: renewed(here), waiting: parent.waiting }, index, output);
  const waiting = branchesOf(threadAt(turn, here.path));
  if (waiting === undefined || Object.keys(waiting.children).length > 0) return;
  // What follows hangs at the end of the branch too, not at this event.
  appendAside(turn, here.path, { type: "ParallelStateSucceeded" });
  wait(renewed(here), undefined);
  finish(renewed(here), resultsOf(waiting), here.definition, here.definition);
}
