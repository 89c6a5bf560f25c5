import type { AuditEventView } from "../../src/contract/audit.ts";

/** Events in their order; failures to sign in that follow one another, as the same person from the same address, are one group. */
export function foldEvents(events: readonly AuditEventView[]): AuditEventView[][] {
  const groups: AuditEventView[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && areAlike(last[0], event)) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

function areAlike(one: AuditEventView, other: AuditEventView): boolean {
  const { type, detail, stream } = one;
  return (
    type === "person.sign_in_failed" &&
    other.type === type &&
    other.stream === stream &&
    other.detail["address"] === detail["address"]
  );
}
