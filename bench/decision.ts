import { chaining } from "../src/adapters/crypto/chaining.ts";
import { createSigningKey } from "../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../src/adapters/crypto/verify-jws.ts";
import { beginAudit } from "../src/adapters/postgres/append-audit.ts";
import { createAuditTrail } from "../src/adapters/postgres/audit-trail.ts";
import { sealAudit } from "../src/application/seal-audit.ts";
import { verifyAudit } from "../src/application/verify-audit.ts";
import type { AuditEvent } from "../src/domain/audit-event.ts";
import { openDecisionBench, type DecisionBench } from "./support/decision-bench.ts";
import { median } from "./support/report.ts";

/** In turns, so that what else the machine does hits both alike. */
const rounds = 150;
const warmUp = 30;
const people = 50;
const crowds = 7;
const approvalsToVerify = 50_000;

/** What policy, audit and receipt cost a decision, alone and in a crowd, and how fast the trail is verified. */
export async function decision(): Promise<boolean> {
  await using bench = await openDecisionBench();
  // A database of its own: decisions without events are what a verification must find.
  await using whole = await openDecisionBench();
  return [await alone(bench), await crowd(bench), await verification(whole)].every(Boolean);
}

async function alone(bench: DecisionBench): Promise<boolean> {
  const whole = { on: [] as number[], off: [] as number[] };
  const transaction = { on: [] as number[], off: [] as number[] };
  const sideOf = (index: number) => (index % 2 === 0 ? "on" : "off");
  const ids = await bench.receive(2 * (rounds + warmUp), sideOf);
  for (const [index, id] of ids.entries()) {
    const side = sideOf(index);
    const took = await bench.decide(id, side);
    if (index < 2 * warmUp) continue;
    whole[side].push(took.wholeMs);
    transaction[side].push(took.transactionMs);
  }
  return [
    ratio("transaction: policy, receipt, audit", median(transaction.on), median(transaction.off)),
    ratio("whole decision", median(whole.on), median(whole.off)),
  ].every(Boolean);
}

/** Everybody decides an approval of their own at the same moment; would they queue in the trail, the last one would wait for all. */
async function crowd(bench: DecisionBench): Promise<boolean> {
  const last = { on: [] as number[], off: [] as number[] };
  for (let round = 0; round < 2 * crowds + 2; round += 1) {
    const side = round % 2 === 0 ? "on" : "off";
    const ids = await bench.receive(people, () => side);
    const startedAt = performance.now();
    await Promise.all(ids.map((id) => bench.decide(id, side)));
    if (round >= 2) last[side].push(performance.now() - startedAt);
  }
  return ratio(`${people} people, ${people} approvals at once`, median(last.on), median(last.off));
}

function ratio(what: string, onMs: number, offMs: number): boolean {
  const limit = 1.5;
  const value = onMs / offMs;
  console.log(
    `${value <= limit ? "ok  " : "OVER"}  ${what.padEnd(36)} ${onMs.toFixed(2)} ms, switched off ${offMs.toFixed(2)} ms: ${value.toFixed(2)} × (limit ${limit})`,
  );
  return value <= limit;
}

async function verification({ database, deps }: DecisionBench): Promise<boolean> {
  const perTransaction = 500;
  for (let count = 0; count < approvalsToVerify; count += perTransaction) {
    const events = Array.from({ length: perTransaction }, () => lifeOf(crypto.randomUUID())).flat();
    await database.transaction((transaction) => beginAudit(transaction, events));
  }
  await sealAudit(deps);
  const keys = [createSigningKey("the secret of the bench, long enough", null).publicKey];
  const audit = createAuditTrail(database);
  const startedAt = performance.now();
  const { events, faults } = await verifyAudit({ audit, chaining, checkSignature: trustingKeys(keys) });
  const perSecond = Math.round(events / ((performance.now() - startedAt) / 1000));
  if (faults.length > 0) throw new Error(`the trail of the bench is broken: ${JSON.stringify(faults[0])}`);
  const limit = 50_000;
  console.log(
    `${perSecond >= limit ? "ok  " : "UNDER"}  ${"audit verify".padEnd(36)} ${perSecond} events/s over ${events} events (at least ${limit})`,
  );
  return perSecond >= limit;
}

/** Of the size that real events have. */
function lifeOf(approvalId: string): AuditEvent[] {
  const actor = { kind: "person", id: crypto.randomUUID(), name: "Somebody Who Decides" } as const;
  const detail = {
    decisionId: crypto.randomUUID(),
    verdict: "approve",
    activityArn: "arn:aws:states:us-east-1:123456789012:activity:po-approval",
    executionArn: "arn:aws:states:us-east-1:123456789012:execution:deploy:acme-shop-2f5e4ae6b7d1",
    commit: "2f5e4ae6b7d1c09f8b3a4d5e6f708192a3b4c5d6",
  };
  const types = ["approval.received", "approval.voted", "approval.decided", "answer.settled"] as const;
  return types.map((type) => ({ type, at: new Date(), approvalId, actor, detail }));
}
