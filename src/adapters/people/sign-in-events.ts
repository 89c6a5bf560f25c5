import type { Clock } from "../../application/ports/runtime.ts";
import { countersignItself, type ActorRef } from "../../domain/actor.ts";
import type { AuditEvent, AuditEventType } from "../../domain/audit-event.ts";
import { appendAudit } from "../postgres/append-audit.ts";
import type { Database } from "../postgres/database.ts";
import { findPerson } from "../postgres/read-people.ts";

/** What the audit trail tells of signing in and out. */
export function createSignInEvents(database: Database, clock: Clock) {
  const about = (
    type: AuditEventType,
    actor: ActorRef,
    personId: string,
    detail: AuditEvent["detail"],
  ): AuditEvent => {
    const subject = `person:${personId}`;
    return { type, at: clock.now(), approvalId: null, actor, subject, detail: { personId, ...detail } };
  };
  return {
    /** `how`: `password`, or the id of the identity provider. Throws if it cannot be written: then nobody is signed in. */
    async signedIn(personId: string, how: string, address: string): Promise<void> {
      await database.transaction(async (transaction) => {
        const person = await findPerson(transaction, personId);
        const actor: ActorRef = { kind: "person", id: personId, name: person?.name ?? "" };
        await transaction.user.update({ where: { id: personId }, data: { lastSignedInAt: clock.now() } });
        // Nobody else takes away what has run out: sessions, and ways to a provider from which nobody came back.
        const ended = { expiresAt: { lt: new Date() } };
        await transaction.session.deleteMany({ where: ended });
        await transaction.verification.deleteMany({ where: ended });
        await appendAudit(transaction, [about("person.signed_in", actor, personId, { how, address })]);
      });
    },

    async signedOut(person: { id: string; name: string }): Promise<void> {
      const actor: ActorRef = { kind: "person", id: person.id, name: person.name };
      await database.transaction((transaction) =>
        appendAudit(transaction, [about("person.signed_out", actor, person.id, {})]),
      );
    },

    /** What was typed as an address is not kept where it is nobody's: people type passwords into the wrong field. */
    async failed(
      type: "person.sign_in_failed" | "person.sign_in_refused",
      email: string,
      detail: AuditEvent["detail"],
    ): Promise<void> {
      await database.transaction(async (transaction) => {
        const person = await findPerson(transaction, email);
        const at = clock.now();
        const event: AuditEvent =
          person === null
            ? { type, at, approvalId: null, actor: countersignItself, subject: "sign-in:unknown", detail }
            : about(type, countersignItself, person.id, { email: person.email, ...detail });
        await appendAudit(transaction, [event]);
      });
    },
  };
}

export type SignInEvents = ReturnType<typeof createSignInEvents>;
