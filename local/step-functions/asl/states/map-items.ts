import { evaluate, numberOf, scopeOf } from "../data-flow.ts";
import type { MapState } from "../definition.ts";
import type { MapItem } from "../execution.ts";
import { jsonBytes, type Json } from "../json.ts";
import { valueAt } from "../scope.ts";
import { runtimeFault } from "../state-fault.ts";
import type { Here } from "../turn.ts";

/** What an item comes to as the input of its iteration: ItemSelector sees the state's input, and the item in the context. */
export function selectItem(here: Here<MapState>, input: Json, item: MapItem): Json {
  const { ItemSelector: selector, Parameters: legacy } = here.definition;
  if (selector !== undefined) return evaluate(here, "ItemSelector", selector, { input, item });
  return legacy === undefined ? item.value : evaluate(here, "Parameters", legacy, { input, item });
}

/** Throws States.Runtime for what is no number. Texts of digits count at a path, as recorded. */
export function integerAt(
  here: Here,
  input: Json,
  name: string,
  path: string,
  kind: "integer" | "float" = "integer",
): number {
  const value = valueAt(path, scopeOf(here, input));
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && (kind === "float" ? Number.isFinite(number) : Number.isInteger(number)))
    return number;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  throw runtimeFault(`The ${name} field refers to value "${shown}" which is not a valid ${kind}: ${path}`);
}

/**
 * The items in batches, each an input of its own, if the state says so;
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html.
 */
export function batchesOf(here: Here<MapState>, input: Json, items: readonly Json[]): Json[] | undefined {
  const { ItemBatcher: batcher } = here.definition;
  if (batcher === undefined) return undefined;
  const most = limitOf(here, input, "MaxItemsPerBatch");
  const mostBytes = limitOf(here, input, "MaxInputBytesPerBatch");
  const common =
    batcher.BatchInput === undefined
      ? {}
      : { BatchInput: evaluate(here, "ItemBatcher/BatchInput", batcher.BatchInput, { input }) };
  const batches: { Items: Json[]; bytes: number }[] = [];
  for (const [index, value] of items.entries()) {
    const selected = selectItem(here, input, { index, value });
    const bytes = jsonBytes(selected);
    const last = batches.at(-1);
    if (last === undefined || last.Items.length >= most || last.bytes + bytes > mostBytes)
      batches.push({ Items: [selected], bytes });
    else {
      last.Items.push(selected);
      last.bytes += bytes;
    }
  }
  return batches.map(({ Items }) => ({ ...common, Items }));
}

function limitOf(
  here: Here<MapState>,
  input: Json,
  name: "MaxItemsPerBatch" | "MaxInputBytesPerBatch",
): number {
  const { [name]: value, [`${name}Path` as const]: path } = here.definition.ItemBatcher ?? {};
  if (path !== undefined) return integerAt(here, input, `${name}Path`, path);
  const accepts = (number: number) => Number.isInteger(number) && number > 0;
  return numberOf(here, input, { name: `ItemBatcher/${name}`, value, accepts, atPath: String }) ?? Infinity;
}
