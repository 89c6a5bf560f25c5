import {
  type ApprovalDetail,
  type ApprovalListQuery,
  type ApprovalPage,
  approvalDetailShape,
  approvalPageShape,
} from "../../src/contract/approval.ts";
import { request } from "./request.ts";

export type ApprovalFilter = Partial<Pick<ApprovalListQuery, "status" | "q" | "cursor">>;

/** `GET /api/v1/approvals` */
export function listApprovals(filter: ApprovalFilter, signal?: AbortSignal): Promise<ApprovalPage> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== "") query.set(name, value);
  const text = query.toString();
  return request(`/api/v1/approvals${text === "" ? "" : `?${text}`}`, approvalPageShape, { signal });
}

/** `GET /api/v1/approvals/{id}` */
export function getApproval(id: string, signal?: AbortSignal): Promise<ApprovalDetail> {
  return request(`/api/v1/approvals/${encodeURIComponent(id)}`, approvalDetailShape, { signal });
}
