import { numberOf } from "../data-flow.ts";
import type { MapState } from "../definition.ts";
import type { Json } from "../json.ts";
import { runtimeFault } from "../state-fault.ts";
import type { Here } from "../turn.ts";
import { integerAt } from "./map-items.ts";

const isCount = (value: number) => Number.isInteger(value) && value >= 0;
const isPercentage = (value: number) => value >= 0 && value <= 100;

/** As the state says it; 0 for as many as possible. May throw a StateFault. */
export function concurrencyOf(here: Here<MapState>, input: Json): number {
  const { MaxConcurrency: value, MaxConcurrencyPath: path } = here.definition;
  const number =
    path === undefined
      ? numberOf(here, input, { name: "MaxConcurrency", value, accepts: isCount, atPath: String })
      : integerAt(here, input, "MaxConcurrencyPath", path, "integer");
  if (number !== undefined && number < 0) throw runtimeFault("MaxConcurrency cannot be negative.");
  return number ?? 0;
}

/** How many items may fail, as the state says it: by number, by share in percent, or both. */
export interface Tolerance {
  readonly count?: number;
  readonly percentage?: number;
}

/** May throw a StateFault. */
export function toleranceOf(here: Here<MapState>, input: Json): Tolerance {
  const { definition } = here;
  const { ToleratedFailureCountPath: countPath, ToleratedFailurePercentagePath: sharePath } = definition;
  const count =
    countPath === undefined
      ? numberOf(here, input, {
          name: "ToleratedFailureCount",
          value: definition.ToleratedFailureCount,
          accepts: isCount,
          atPath: String,
        })
      : integerAt(here, input, "ToleratedFailureCountPath", countPath, "integer");
  const share =
    sharePath === undefined
      ? numberOf(here, input, {
          name: "ToleratedFailurePercentage",
          value: definition.ToleratedFailurePercentage,
          accepts: isPercentage,
          type: "number",
          atPath: String,
        })
      : integerAt(here, input, "ToleratedFailurePercentagePath", sharePath, "float");
  if (count !== undefined && count < 0) throw runtimeFault("ToleratedFailureCount cannot be negative.");
  if (share !== undefined && !isPercentage(share))
    throw runtimeFault("ToleratedFailurePercentage must be between 0 and 100.");
  return {
    ...(count === undefined ? {} : { count }),
    ...(share === undefined ? {} : { percentage: share }),
  };
}

/** Whichever is reached first. */
export function toleratedOf({ count, percentage }: Tolerance, length: number): number {
  const byShare = percentage === undefined ? undefined : Math.floor((percentage / 100) * length);
  return count === undefined ? (byShare ?? 0) : Math.min(count, byShare ?? count);
}
