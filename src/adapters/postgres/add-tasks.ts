import type { ReceivedTask } from "../../application/ports/approvals.ts";
import { StoreUnavailable } from "../../application/ports/unavailable.ts";
import type { Subject } from "../../domain/approval.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import { hashOfToken, type TokenCipher } from "../crypto/token-cipher.ts";
import { firstEvents } from "./append-audit.ts";
import { isUniqueViolation, type Database } from "./database.ts";
import type { Policies } from "./policies.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";

export interface NewTask {
  task: ReceivedTask;
  events: readonly AuditEvent[];
}

interface Means {
  cipher: TokenCipher;
  policies: Policies;
}

type Added = "added" | "known";

/**
 * Commits tasks with their tokens and first audit events in one statement, which is one round trip for any number of them. One that
 * Postgres refuses does not take the others with it: they are then written one by one.
 */
export async function addTasks(
  database: Database,
  means: Means,
  tasks: readonly NewTask[],
): Promise<PromiseSettledResult<Added>[]> {
  const insert = (some: readonly NewTask[]) => database.run((client) => insertTasks(client, means, some));
  try {
    await insert(tasks);
    return tasks.map(() => ({ status: "fulfilled", value: "added" }));
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (tasks.length > 1) return Promise.allSettled(tasks.map((task) => addOne(() => insert([task]))));
    return Promise.allSettled([addOne(() => Promise.reject(error as Error))]);
  }
}

/** A token has one row: the same task given again is known already. */
async function addOne(insert: () => Promise<void>): Promise<Added> {
  try {
    await insert();
    return "added";
  } catch (error) {
    if (isUniqueViolation(error)) return "known";
    throw error;
  }
}

/** What of a subject stands in which column. The compiler sees to it that none is forgotten. */
const subjectColumns: Record<keyof Subject, { name: string; type: string }> = {
  activityArn: { name: "activity_arn", type: "text" },
  executionArn: { name: "execution_arn", type: "text" },
  executionName: { name: "execution_name", type: "text" },
  stateMachineArn: { name: "state_machine_arn", type: "text" },
  stateName: { name: "state_name", type: "text" },
  stateEnteredAt: { name: "state_entered_at", type: "timestamptz" },
  retryCount: { name: "retry_count", type: "int" },
  redriveCount: { name: "redrive_count", type: "int" },
  mapIndex: { name: "map_index", type: "int" },
  repository: { name: "repository", type: "text" },
  commit: { name: "commit", type: "text" },
  ref: { name: "ref", type: "text" },
  title: { name: "title", type: "text" },
  description: { name: "description", type: "text" },
  requestedBy: { name: "requested_by", type: "text" },
  involved: { name: "involved", type: "json" },
  links: { name: "links", type: "json" },
  input: { name: "input", type: "text" },
  timeoutSeconds: { name: "timeout_seconds", type: "int" },
  heartbeatSeconds: { name: "heartbeat_seconds", type: "int" },
};
const rowColumns = [
  ...Object.entries(subjectColumns).map(([member, column]) => ({ member, ...column })),
  { member: "id", name: "id", type: "uuid" },
  { member: "workerName", name: "worker_name", type: "text" },
  { member: "policyDigest", name: "policy_digest", type: "text" },
  { member: "policyDueAt", name: "policy_due_at", type: "timestamptz" },
  { member: "receivedAt", name: "received_at", type: "timestamptz" },
];
const columnNames = Prisma.raw(rowColumns.map(({ name }) => name).join(", "));
const recordOfTasks = Prisma.raw(
  [
    ...rowColumns.map(({ member, type }) => `"${member}" ${type}`),
    "hash text",
    "ciphertext text",
    '"nextBeatAt" timestamptz',
  ].join(", "),
);
const valuesOfTasks = Prisma.raw(rowColumns.map(({ member }) => `"${member}"`).join(", "));

async function insertTasks(
  client: PrismaClient,
  { cipher, policies }: Means,
  tasks: readonly NewTask[],
): Promise<void> {
  const rows = tasks.map(({ task: { token, subject, policy, ...rest } }) => ({
    ...subject,
    ...rest,
    policyDigest: policy.digest,
    hash: hex(hashOfToken(token)),
    ciphertext: hex(cipher.encrypt(token, rest.id)),
  }));
  const unstored = new Map(
    tasks.flatMap(({ task: { policy } }) =>
      policies.isStored(policy.digest) ? [] : [[policy.digest, policy.body] as const],
    ),
  );
  await client.$executeRaw`
    with rules as (
      insert into policy (digest, body)
      select * from unnest(${[...unstored.keys()]}::text[], ${[...unstored.values()]}::text[])
      on conflict do nothing),
    task as (select * from json_to_recordset(${JSON.stringify(rows)}::json) as task(${recordOfTasks})),
    added as (
      insert into approval (${columnNames}, identify_after, checked_at)
      select ${valuesOfTasks}, "receivedAt", "receivedAt" from task),
    beaten as (
      insert into heartbeat (approval_id, received_at, timeout_seconds, heartbeat_seconds, next_beat_at)
      select id, "receivedAt", "timeoutSeconds", "heartbeatSeconds", "nextBeatAt" from task),
    kept as (
      insert into task_token (approval_id, hash, ciphertext)
      select id, decode(hash, 'hex'), decode(ciphertext, 'hex') from task)
    ${firstEvents(tasks.flatMap(({ events }) => events))}`;
  for (const [digest, body] of unstored) policies.stored(digest, body);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
