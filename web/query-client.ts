import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem, NetworkError } from "./api/errors.ts";

/** A 401 anywhere means that the session is over, whoever noticed it first. */
export function createQueryClient(onSessionOver: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 401) onSessionOver();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // What the server refused it will refuse again; a lost connection deserves two more tries.
        retry: (failures, error) => failures < 2 && (error instanceof NetworkError || isPassing(error)),
        retryDelay: (failures) => Math.min(1000 * 2 ** failures, 8000),
        networkMode: "always",
        staleTime: 1000,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function isPassing(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 503 || error.status === 429);
}
