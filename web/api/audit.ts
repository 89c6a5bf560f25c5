import { type AuditPage, type AuditQuery, auditPageShape } from "../../src/contract/audit.ts";
import { request } from "./request.ts";

export type AuditFilter = Partial<
  Pick<AuditQuery, "approval" | "actor" | "type" | "q" | "from" | "to" | "cursor">
>;

/** `GET /api/v1/audit` */
export function listAuditEvents(filter: AuditFilter, signal?: AbortSignal): Promise<AuditPage> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined && value !== "") query.set(name, value);
  return request(`/api/v1/audit?${query.toString()}`, auditPageShape, { signal });
}
