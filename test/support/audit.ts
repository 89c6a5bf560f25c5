import { pino } from "pino";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../src/adapters/crypto/verify-jws.ts";
import { createSigner } from "../../src/adapters/crypto/signer.ts";
import { sealAudit } from "../../src/application/seal-audit.ts";
import type { Anchor } from "../../src/application/verify-checkpoints.ts";
import { chaining } from "../../src/adapters/crypto/chaining.ts";
import { createAuditTrail } from "../../src/adapters/postgres/audit-trail.ts";
import type { Database } from "../../src/adapters/postgres/database.ts";
import { verifyAudit, type AuditReport } from "../../src/application/verify-audit.ts";
import type { AuditEvent } from "../../src/domain/audit-event.ts";
import type { TestDatabase } from "./test-database.ts";

/** What somebody does who owns the database and switches its triggers off. */
export async function tamper(database: TestDatabase, statement: string): Promise<void> {
  await database.query(`set local session_replication_role = replica; ${statement}`);
}

const key = createSigningKey("the secret of the audit trail's tests", null);

export function verify(database: Database, anchor?: Anchor): Promise<AuditReport> {
  const checkSignature = trustingKeys([key.publicKey]);
  return verifyAudit({ audit: createAuditTrail(database), chaining, checkSignature }, anchor);
}

/** Makes a checkpoint of all that there is. */
export async function seal(database: Database): Promise<void> {
  const signer = createSigner(key, [], "http://127.0.0.1:3000");
  const clock = {
    now: () => new Date(Date.UTC(2026, 5, 1, 13)),
    monotonicMs: () => 0,
    sleep: () => Promise.resolve(),
  };
  await sealAudit({ audit: createAuditTrail(database), signer, clock, log: pino({ level: "silent" }) });
}

/** The life of one approval, with texts that like to break things. */
export function lifeOf(approvalId: string, number = 0): AuditEvent[] {
  const actor = { kind: "person", id: `person-${number}`, name: 'Ünï "🚀" \u0000\ud800' } as const;
  const event = (type: AuditEvent["type"], detail: AuditEvent["detail"]): AuditEvent => ({
    type,
    at: new Date(Date.UTC(2026, 5, 1, 12, 0, number)),
    approvalId,
    actor,
    detail,
  });
  return [
    event("approval.received", {
      activityArn: "arn:aws:states:us-east-1:123456789012:activity:a",
      commit: null,
    }),
    event("approval.voted", { verdict: "approve", comment: 'It\'s "fine"\\\n\u2028' }),
    event("approval.decided", { decisionId: `decision-${number}`, verdict: "approve", decidedBy: [actor] }),
    event("answer.settled", { delivery: "accepted", numbers: [1e21, -0, 0.1, 2 ** 53] }),
  ];
}
