import { type Status, statusShape } from "../../src/contract/status.ts";
import { request } from "./request.ts";

/** `GET /api/v1/status` */
export function getStatus(signal?: AbortSignal): Promise<Status> {
  return request("/api/v1/status", statusShape, { signal });
}
