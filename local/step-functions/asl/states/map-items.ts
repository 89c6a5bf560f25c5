import { evaluate, numberOf, scopeOf } from "../data-flow.ts";
import type { MapState } from "../definition.ts";
import type { MapItem, MapProgress } from "../execution.ts";
import { isJsonObject, jsonBytes, type Json } from "../json.ts";
import { valueAt } from "../scope.ts";
import { runtimeFault } from "../state-fault.ts";
import type { Here } from "../turn.ts";

export type Items = Pick<MapProgress, "items" | "keys">;

/** What a Map goes through: an array, or in a distributed Map the members of an object. Undefined for anything else. */
export function itemsIn(value: Json, distributed: boolean): Items | undefined {
  if (Array.isArray(value)) return { items: value };
  if (!distributed || !isJsonObject(value)) return undefined;
  return { items: Object.values(value), keys: Object.keys(value) };
}

export function itemAt({ items, keys }: Items, index: number): MapItem {
  const key = keys?.[index];
  return { index, ...(key === undefined ? {} : { key }), value: items[index] ?? null };
}

/** As it is handed on when nothing else is selected; of an object's member both key and value. */
function wholeItem({ key, value }: MapItem): Json {
  return key === undefined ? value : { Key: key, Value: value };
}

/** What an item comes to as the input of its iteration: ItemSelector sees the state's input, and the item in the context. */
export function selectItem(here: Here<MapState>, input: Json, item: MapItem): Json {
  const { ItemSelector: selector, Parameters: legacy } = here.definition;
  if (selector !== undefined) return evaluate(here, "ItemSelector", selector, { input, item });
  return legacy === undefined ? wholeItem(item) : evaluate(here, "Parameters", legacy, { input, item });
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
export function batchesOf(here: Here<MapState>, input: Json, items: Items): Json[] | undefined {
  const { ItemBatcher: batcher } = here.definition;
  if (batcher === undefined) return undefined;
  const most = limitOf(here, input, "MaxItemsPerBatch");
  const mostBytes = limitOf(here, input, "MaxInputBytesPerBatch");
  const common =
    batcher.BatchInput === undefined
      ? {}
      : { BatchInput: evaluate(here, "ItemBatcher/BatchInput", batcher.BatchInput, { input }) };
  const batches: { Items: Json[]; bytes: number }[] = [];
  for (const index of items.items.keys()) {
    const selected = selectItem(here, input, itemAt(items, index));
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
