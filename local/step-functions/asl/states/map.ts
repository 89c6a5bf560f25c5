import { effectiveInput, evaluate, isJsonata, scopeOf, unexpected } from "../data-flow.ts";
import type { MapState } from "../definition.ts";
import type { BranchesWait, MapProgress, ThreadPath } from "../execution.ts";
import { finish } from "../flow.ts";
import type { Json } from "../json.ts";
import { uuid } from "../jsonata/functions.ts";
import { beginRun, endRun } from "../map-runs.ts";
import { valueAt } from "../scope.ts";
import { EvaluationFault, runtimeFault } from "../state-fault.ts";
import { branchesOf } from "../threads.ts";
import { append, appendAside, follow, renewed, threadAt, wait, type Here } from "../turn.ts";
import { batchesOf, itemAt, itemsIn, selectItem, type Items } from "./map-items.ts";
import { concurrencyOf, toleranceOf, toleratedOf, type Tolerance } from "./map-limits.ts";
import { keepResult, parentOf, resultsOf, startChild } from "./branches.ts";

/**
 * Items at a time, whatever MaxConcurrency says. Inline: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html.
 * A distributed Map has 10,000 on AWS, where each item is an execution elsewhere; here all are in one.
 */
const mostAtOnce = { inline: 40, distributed: 1_000 };

/** Map: a thread for each item, as many at a time as MaxConcurrency says. */
export function map(here: Here<MapState>): void {
  const { turn, path, definition } = here;
  const distributed = processorOf(definition).ProcessorConfig?.Mode === "DISTRIBUTED";
  refuseWhatIsMissing(definition);
  const input = effectiveInput(here);
  const found = itemsOf(here, input, distributed);
  const { items } = found;
  const most = distributed ? mostAtOnce.distributed : mostAtOnce.inline;
  const maxConcurrency = concurrencyOf(here, input);
  const concurrency = Math.min(maxConcurrency === 0 ? Infinity : maxConcurrency, most);
  append(turn, path, { type: "MapStateStarted", details: { length: items.length } });
  const tolerance = distributed ? toleranceOf(here, input) : {};
  const run = distributed ? { runArn: startRun(here, maxConcurrency, tolerance) } : {};
  const tolerated = toleratedOf(tolerance, items.length);
  const batches = batchesOf(here, input, found);
  const progress: MapProgress = {
    ...(batches === undefined ? found : { items: batches, batched: true }),
    input,
    next: 0,
    failed: 0,
    tolerated,
    distributed,
    ...run,
  };
  wait(here, { for: "branches", children: {}, results: {}, map: progress });
  if (items.length === 0) return succeed(renewed(here), {});
  const { lastEventId } = threadAt(turn, path);
  for (let index = 0; index < progress.items.length && index < concurrency; index += 1)
    startItem(renewed(here), index, lastEventId);
}

function processorOf(definition: MapState) {
  const processor = definition.ItemProcessor ?? definition.Iterator;
  if (processor === undefined) throw runtimeFault("The Map state has no ItemProcessor");
  return processor;
}

/** What needs other services fails at once, rather than doing something else. */
function refuseWhatIsMissing(definition: MapState): void {
  for (const field of ["ItemReader", "ResultWriter"] as const) {
    if (definition[field] !== undefined)
      throw runtimeFault(`The field '${field}' of a Map state is not supported by this endpoint`);
  }
}

function itemsOf(here: Here<MapState>, input: Json, distributed: boolean): Items {
  const { Items: items, ItemsPath: path } = here.definition;
  if (isJsonata(here)) {
    if (items === undefined) {
      const whole = itemsIn(input, distributed);
      if (whole !== undefined) return whole;
      throw new EvaluationFault(`Map state input must be an array but was: ${JSON.stringify(input)}`);
    }
    const value = evaluate(here, "Items", items, {});
    const found = itemsIn(value, distributed);
    if (found !== undefined) return found;
    throw unexpected("Items", typeof items === "string" ? items : JSON.stringify(items), "array", value);
  }
  const value = path === undefined ? input : valueAt(path, scopeOf(here, input));
  const found = itemsIn(value, distributed);
  if (found !== undefined) return found;
  throw runtimeFault(`Reference path "${path ?? "$"}" must point to array.`);
}

/** Answers its ARN. */
function startRun(here: Here<MapState>, maxConcurrency: number, tolerance: Tolerance): string {
  const { turn, path, definition } = here;
  const run = turn.state.stateMachineArn.replace(":stateMachine:", ":mapRun:");
  const mapRunArn = `${run}/${definition.Label ?? uuid(turn.random)}:${uuid(turn.random)}`;
  append(turn, path, { type: "MapRunStarted", details: { mapRunArn } });
  const { count: toleratedCount = 0, percentage: toleratedPercentage = 0 } = tolerance;
  beginRun(turn, mapRunArn, { path, maxConcurrency, toleratedCount, toleratedPercentage });
  return mapRunArn;
}

/** Begins with an item. Its ItemSelector sees the state's input; a fault in it is the state's. */
function startItem(here: Here<MapState>, index: number, previous: number): void {
  const { turn, path, definition, visit } = here;
  const waiting = branchesOf(threadAt(turn, path));
  if (waiting?.map === undefined) return;
  const { input, distributed, batched } = waiting.map;
  const item = itemAt(waiting.map, index);
  const details = { name: visit.state, index };
  const started = distributed
    ? 0
    : appendAside(turn, path, { type: "MapIterationStarted", details }, previous);
  const value = batched === true ? item.value : selectItem(here, input, item);
  wait(here, { ...waiting, map: { ...waiting.map, next: index + 1 } });
  const thread = { lastEventId: started, item, ...(distributed ? { detached: true as const } : {}) };
  startChild(renewed(here), index, thread, processorOf(definition).StartAt, value);
}

/** An item is done; the next one begins, or with the last one the state is done. May throw a StateFault. */
export function itemEnded(here: Here<MapState>, path: ThreadPath, output: Json): void {
  const { turn } = here;
  const parent = parentOf(turn, path);
  const index = path.at(-1);
  if (parent === undefined || index === undefined) return;
  const { lastEventId } = threadAt(turn, path);
  const details = { name: here.visit.state, index };
  if (parent.waiting.map?.distributed !== true)
    follow(turn, here.path, appendAside(turn, path, { type: "MapIterationSucceeded", details }));
  keepResult({ here: renewed(here), waiting: parent.waiting }, index, output);
  goOn(renewed(here), lastEventId);
}

/** After an item has ended, well or tolerably. */
export function goOn(here: Here<MapState>, previous: number): void {
  const waiting = branchesOf(threadAt(here.turn, here.path));
  if (waiting?.map === undefined) return;
  const { next, items } = waiting.map;
  if (next < items.length) startItem(here, next, previous);
  else if (Object.keys(waiting.children).length === 0) succeed(here, waiting.results);
}

function succeed(here: Here<MapState>, results: BranchesWait["results"]): void {
  const { turn, path, definition } = here;
  const waiting = branchesOf(threadAt(turn, path));
  if (waiting?.map?.distributed === true) {
    endRun(turn, waiting, "SUCCEEDED");
    append(turn, path, { type: "MapRunSucceeded" });
  }
  appendAside(turn, path, { type: "MapStateSucceeded" });
  wait(renewed(here), undefined);
  finish(renewed(here), resultsOf({ for: "branches", children: {}, results }), definition, definition);
}
