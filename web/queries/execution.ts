import { queryOptions } from "@tanstack/react-query";
import { getExecution } from "../api/execution.ts";

const everyMs = 1000;
/** An execution may go on for days after our answer, and nobody watches for that long: five minutes, then on request. */
const watchTimes = 300;

export function executionQuery(id: string) {
  return queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) => getExecution(id, signal),
    refetchInterval: ({ state }) => {
      const ended = state.data?.status !== undefined && state.data.status !== "RUNNING";
      return ended || isWatchOver(state.dataUpdateCount + state.errorUpdateCount) ? false : everyMs;
    },
  });
}

function isWatchOver(times: number): boolean {
  return times >= watchTimes;
}
