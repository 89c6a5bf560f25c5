import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startPostgres } from "../../local/postgres.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { chaining } from "../../src/adapters/crypto/chaining.ts";
import { createForms } from "../../src/adapters/forms/forms.ts";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { createTokenCipher } from "../../src/adapters/crypto/token-cipher.ts";
import { systemEntropy } from "../../src/adapters/entropy.ts";
import { createApprovalStore } from "../../src/adapters/postgres/approval-store.ts";
import { createAuditTrail } from "../../src/adapters/postgres/audit-trail.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { migrate } from "../../src/adapters/postgres/migrate.ts";
import { createCheckStore } from "../../src/adapters/postgres/check-store.ts";
import { createSigner } from "../../src/adapters/crypto/signer.ts";
import { decide, type DecideDeps } from "../../src/application/decide.ts";
import { silentMeter } from "../../src/application/ports/meter.ts";
import type { AuditTrail } from "../../src/application/ports/audit.ts";
import { receiveTask } from "../../src/application/receive-task.ts";
import { noLimits } from "../../src/domain/actor.ts";
import { builtInPart, matchesAll, type PolicyPart } from "../../src/domain/policy/policy.ts";
import { TaskToken } from "../../src/domain/task-token.ts";

export type Side = "on" | "off";

export interface DecisionBench extends AsyncDisposable {
  database: Database;
  deps: DecideDeps & { audit: AuditTrail };
  /** Ids of so many new approvals; those of the side `on` are opened under a policy of countersign.yaml, the others under none. */
  receive(count: number, sideOf: (number: number) => Side): Promise<string[]>;
  /** `off`: no event is written and nothing is signed. `transactionMs`: signing and the transaction alone. */
  decide(id: string, side: Side): Promise<{ wholeMs: number; transactionMs: number }>;
}

const secret = "the secret of the bench, long enough";
/** One bot satisfies it, and every kind of rule has to be looked at. */
const strict: PolicyPart = {
  ...builtInPart,
  name: "production",
  match: { ...matchesAll, repository: ["acme/*"] },
  comment: "reject",
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1440, timeZone: "Europe/Berlin" }],
  freezes: [{ from: "2020-12-24T00:00:00.000Z", to: "2020-12-27T00:00:00.000Z", reason: "Christmas" }],
  escalations: [{ atPercent: 50, team: "leads" }],
  breakGlass: true,
};
const activityArn = "arn:aws:states:us-east-1:123456789012:activity:po-approval";

/** The use case of deciding on a Postgres of its own; nothing is sent anywhere. */
export async function openDecisionBench(): Promise<DecisionBench> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  const postgres = await startPostgres(folder, () => undefined);
  await migrate(postgres.url);
  const database = openDatabase(postgres.url);
  const deps = {
    approvals: createApprovalStore(database, createTokenCipher(secret)),
    checks: createCheckStore(database),
    bell: { ring: () => Promise.resolve(true) },
    meter: silentMeter,
    activities: new Map(),
    policies: [],
    chaining,
    forms: createForms(),
    triggeredMachines: [],
    clock: systemClock,
    entropy: systemEntropy,
    log: pino({ level: "silent" }),
    signer: createSigner(createSigningKey(secret, null), [], "http://127.0.0.1:3000"),
    audit: createAuditTrail(database),
  };
  const input = JSON.stringify({
    commit: "2f5e4ae6b7d1c09f8b3a4d5e6f708192a3b4c5d6",
    repository: "acme/shop",
  });
  return {
    database,
    deps,
    async receive(count, sideOf) {
      const ids: string[] = [];
      for (let number = 0; number < count; number += 1) {
        const token = new TaskToken(crypto.randomUUID());
        const workerName = `countersign-${crypto.randomUUID()}`;
        const policies = sideOf(number) === "on" ? [strict] : [];
        ids.push(
          await receiveTask(
            { ...deps, policies },
            { token, input, activityArn, workerName, takenAt: new Date() },
          ),
        );
      }
      return ids;
    },
    decide: (id, side) => timed(deps, id, side),
    async [Symbol.asyncDispose]() {
      await database.close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function timed(deps: DecideDeps, approvalId: string, side: Side) {
  let transactionMs = 0;
  const timing = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    transactionMs += performance.now() - startedAt;
    return result;
  };
  const { approvals, signer } = deps;
  const startedAt = performance.now();
  const { kind } = await decide(
    {
      ...deps,
      approvals: {
        ...approvals,
        recordVote: (record) =>
          timing(() => approvals.recordVote(side === "on" ? record : { ...record, events: [] })),
      },
      signer: {
        ...signer,
        sign: (...what) => (side === "on" ? timing(() => signer.sign(...what)) : Promise.resolve("")),
      },
    },
    {
      approvalId,
      caller: { kind: "bot", id: crypto.randomUUID(), name: "bench", scopes: ["decide"], limits: noLimits },
      verdict: "approve",
      comment: null,
      output: null,
      idempotency: null,
    },
  );
  if (kind !== "done") throw new Error(`the decision came to ${kind}`);
  return { wholeMs: performance.now() - startedAt, transactionMs };
}
