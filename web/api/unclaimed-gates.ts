import { type UnclaimedGates, unclaimedGatesShape } from "../../src/contract/unclaimed-gate.ts";
import { request } from "./request.ts";

/** `GET /api/v1/unclaimed-gates` */
export function getUnclaimedGates(signal?: AbortSignal): Promise<UnclaimedGates> {
  return request("/api/v1/unclaimed-gates", unclaimedGatesShape, { signal });
}
