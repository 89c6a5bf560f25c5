import type { AuditEvent } from "../../domain/audit-event.ts";
import type { Prisma } from "./generated/client.ts";

export function auditRows(events: readonly AuditEvent[]): Prisma.AuditEventCreateManyInput[] {
  return events.map(({ type, at, approvalId, actor, detail }) => ({
    type,
    at,
    approvalId,
    actor: { ...actor },
    detail: detail as Prisma.InputJsonObject,
  }));
}
