import { queryOptions } from "@tanstack/react-query";
import { getExecution } from "../api/execution.ts";

const watchEveryMs = 1000;
/** An execution may go on for days after our answer. After five minutes nobody holds their breath any more. */
const watchTimes = 300;
const laterEveryMs = 30_000;

export function executionQuery(id: string) {
  return queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) => getExecution(id, signal),
    refetchInterval: ({ state }) => {
      if (state.data?.status !== undefined && state.data.status !== "RUNNING") return false;
      return state.dataUpdateCount + state.errorUpdateCount < watchTimes ? watchEveryMs : laterEveryMs;
    },
  });
}
