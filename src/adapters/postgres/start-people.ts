import type { DeliveryJudge, Origin, ToldStart } from "../../application/ports/intake.ts";
import type { OpenApproval } from "../../application/ports/policy-change.ts";
import { uniteInvolved } from "../../domain/policy/involved.ts";
import { builtInPolicy, nobodyInvolved, type Involved } from "../../domain/policy/policy.ts";
import type { Transaction } from "./database.ts";
import type { Prisma } from "./generated/client.ts";
import { parsePolicy } from "./policies.ts";
import { executionArnSql } from "./supersede-store.ts";
import { writeChangedPolicy } from "./write-changed-policy.ts";

/**
 * Push and merge of one commit are one start, and each knows other people. They come in either order or at once, so whoever writes about
 * a start of this name, be it there or not, waits for the other one. The deliveries of one commit have one name for all state machines.
 */
export async function lockStarts(
  transaction: Transaction,
  starts: readonly Pick<ToldStart, "name">[],
): Promise<void> {
  const names = starts.map(({ name }) => `execution start ${name}`);
  await transaction.$queryRaw`
    select pg_advisory_xact_lock(key) is null as locked
    from (select distinct hashtextextended(name, 0) as key from unnest(${names}::text[]) as name order by key) as keys`;
}

/** The origin of a start that is asked for now, with what a push has told before. */
export async function withPushPeople(
  transaction: Transaction,
  { stateMachineArn, name, origin }: ToldStart,
): Promise<Origin> {
  const [row] = await transaction.$queryRaw<{ involved: Involved }[]>`
    delete from push_people where state_machine_arn = ${stateMachineArn} and name = ${name} returning involved`;
  return row === undefined ? origin : unite(origin, { ...origin, involved: row.involved, toldBy: ["push"] });
}

/** What a delivery tells of a start that was asked for before, or is yet to be. */
export async function tellStart(
  transaction: Transaction,
  { stateMachineArn, name, origin }: ToldStart,
  judge: DeliveryJudge,
): Promise<void> {
  const [row] = await transaction.$queryRaw<{ id: string; origin: Origin | null }[]>`
    select id, origin from execution_start where state_machine_arn = ${stateMachineArn} and name = ${name} for update`;
  if (row === undefined) return keepPushPeople(transaction, { stateMachineArn, name, origin });
  const known = unite(row.origin ?? { ref: origin.ref, involved: nobodyInvolved }, origin);
  await transaction.executionStart.update({ where: { id: row.id }, data: { origin: jsonOf(known) } });
  for (const approval of await openApprovalsOf(transaction, row.id)) {
    const changed = judge.completed(approval, known);
    if (changed !== null) await writeChangedPolicy(transaction, approval.id, changed);
  }
}

async function keepPushPeople(
  transaction: Transaction,
  { stateMachineArn, name, origin }: ToldStart,
): Promise<void> {
  const key = { stateMachineArn, name };
  const where = { stateMachineArn_name: key };
  const before = await transaction.pushPeople.findUnique({ where });
  const involved = { ...uniteInvolved((before?.involved ?? {}) as Partial<Involved>, origin.involved) };
  await transaction.pushPeople.upsert({ where, create: { ...key, involved }, update: { involved } });
}

/** Locked, so that none of them is decided before what is known now stands on it. Those that are not proven yet read the start then. */
async function openApprovalsOf(transaction: Transaction, startId: string): Promise<OpenApproval[]> {
  const rows = await transaction.$queryRaw<
    { id: string; involved: Involved | null; policyDigest: string | null; body: string | null }[]
  >`
    select approval.id, approval.involved, approval.policy_digest as "policyDigest", policy.body
    from execution_start as start
    join approval on approval.execution_arn = ${executionArnSql} and approval.execution_name = start.name
    left join policy on policy.digest = approval.policy_digest
    where start.id = ${startId}::uuid and approval.status = 'pending' and approval.execution_is_proven
    order by approval.id for update of approval`;
  return rows.map(({ id, involved, policyDigest, body }) => ({
    id,
    involved: involved ?? nobodyInvolved,
    policyDigest,
    policy: policyDigest === null || body === null ? builtInPolicy : parsePolicy(policyDigest, body),
  }));
}

/** A start from before it was kept what had told of it: what tells of it now is the other one, or the push itself. */
function unite(known: Origin, more: Origin): Origin {
  const toldBy = [...new Set([...(known.toldBy ?? ["push" as const]), ...(more.toldBy ?? [])])].sort();
  return { ref: known.ref, involved: uniteInvolved(known.involved, more.involved), toldBy };
}

export function jsonOf({ ref, involved, toldBy = [] }: Origin): Prisma.InputJsonObject {
  return { ref, involved: { ...involved }, toldBy: [...toldBy] };
}
