import { type ExecutionView, executionShape } from "../../src/contract/approval.ts";
import { ApiProblem } from "./errors.ts";
import { request } from "./request.ts";

/** `GET /api/v1/approvals/{id}/execution`; null while it is not known which execution waits. */
export async function getExecution(id: string, signal?: AbortSignal): Promise<ExecutionView | null> {
  try {
    return await request(`/api/v1/approvals/${encodeURIComponent(id)}/execution`, executionShape, { signal });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
