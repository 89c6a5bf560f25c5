import pg from "pg";
import { nextBeatAt } from "../../src/domain/heartbeat.ts";
import { createTokenCipher } from "../../src/adapters/crypto/token-cipher.ts";
import { createApprovalStore } from "../../src/adapters/postgres/approval-store.ts";
import type { Database } from "../../src/adapters/postgres/database.ts";
import { createHeartbeatStore } from "../../src/adapters/postgres/heartbeat-store.ts";
import { decide, type DecideDeps } from "../../src/application/decide.ts";
import { noLimits } from "../../src/domain/actor.ts";

const account = "us-east-1:123456789012";
export const activityArn = `arn:aws:states:${account}:activity:po-approval`;
const repositories = 500;

/**
 * `count` approvals of the past year, of which every tenth is pending, with all that belongs to them. Written without triggers and
 * foreign keys, which needs a superuser; then vacuumed and analyzed, as a day of autovacuum leaves it.
 */
export async function fillStore(url: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set session_replication_role = replica");
  for (const statement of [approvalsOf(count), ...belongings]) await client.query(statement);
  await client.query("vacuum analyze");
  await client.end();
}

function approvalsOf(count: number): string {
  return `
      insert into approval (id, status, lapsed_reason, lapsed_at, activity_arn, worker_name, received_at, execution_arn, execution_name,
        state_machine_arn, state_name, execution_is_proven, identified_at, repository, commit, ref, title, requested_by, links, input,
        timeout_seconds, heartbeat_seconds, checked_at)
      select gen_random_uuid(), status::approval_status, case status when 'lapsed' then 'timed_out'::lapsed_reason end,
        case status when 'lapsed' then received_at end, '${activityArn}', 'worker-' || n, received_at,
        'arn:aws:states:${account}:execution:deploy:e-' || n, 'e-' || n, 'arn:aws:states:${account}:stateMachine:deploy', 'Approve', true,
        received_at, 'acme/shop-' || n % ${repositories}, encode(sha256(n::text::bytea), 'hex'), 'refs/heads/main',
        'Change number ' || n || ' of the shop', 'person-' || n % 300, '[]', '{"commit":"' || n || '","notes":"' || repeat('lorem ipsum ', 40) || '"}',
        86400, 3600, received_at
      from (
        select n, now() - (${count} - n) * interval '30 seconds' as received_at,
          case n % 10 when 0 then 'pending' when 8 then 'rejected' when 9 then 'lapsed' else 'approved' end as status
        from generate_series(1, ${count}) as n) as made`;
}

const decided = "where status in ('approved', 'rejected')";
const verdict = "case status when 'approved' then 'approve' else 'reject' end::verdict";
const belongings = [
  `insert into task_token (approval_id, hash, ciphertext)
     select id, sha256(id::text::bytea), case status when 'pending' then sha512(id::text::bytea) end from approval`,
  `insert into heartbeat (approval_id, received_at, timeout_seconds, heartbeat_seconds, identified, next_beat_at, deadline_at)
     select id, received_at, 86400, 3600, true, now() + (n - 18000) * interval '100 milliseconds',
       now() + n * interval '100 milliseconds' + interval '5 minutes'
     from (select id, received_at, substr(worker_name, 8)::int % 36000 as n from approval where status = 'pending') as pending`,
  `insert into execution_start (id, forge, delivery_id, state_machine_arn, name, input, repository)
     select gen_random_uuid(), 'github', execution_name, state_machine_arn, execution_name, '{}', repository
     from approval where status = 'pending'`,
  `insert into vote (id, approval_id, actor_kind, actor_id, actor_name, verdict, at)
     select gen_random_uuid(), id, 'person', requested_by, requested_by, ${verdict}, received_at from approval ${decided}`,
  `insert into decision (id, approval_id, verdict, decided_at, decided_by)
     select id, id, ${verdict}, received_at, json_build_array(json_build_object('kind', 'person', 'id', requested_by, 'name', requested_by))
     from approval ${decided}`,
  `insert into answer (approval_id, decision_id, output, delivery, attempts, sent_at, settled_at)
     select id, id, '{}', 'accepted', 1, received_at, received_at from approval ${decided}`,
  `insert into audit_event (stream, seq, previous_hash, hash, at, type, approval_id, actor, detail)
     select id::text, 1, sha256(''), sha256(id::text::bytea), received_at, 'approval.received', id, '{}', '{}' from approval`,
];

const bot = {
  kind: "bot",
  id: "5a0f8e8e-6f7e-4a55-9c9e-3e8a37d4f1aa",
  name: "bench",
  scopes: ["decide"],
  limits: noLimits,
} as const;

export type Workload = Readonly<Record<string, () => Promise<unknown>>>;

/** What people, bots and the fleet ask of the store all day, each time of another row. */
export async function workloadOf(database: Database, deps: Omit<DecideDeps, "approvals">): Promise<Workload> {
  const approvals = createApprovalStore(
    database,
    createTokenCipher("a secret that nothing was encrypted with"),
  );
  const heartbeats = createHeartbeatStore(database, 1_000_000);
  const ids = await idsOf(database, "true");
  const pending = await idsOf(database, "status = 'pending'");
  const known = (await approvals.list({}, null, 100)).map(({ id, receivedAt, subject }) => ({
    id,
    receivedAt,
    ...subject,
  }));
  const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;
  const page = 50;
  const anyPage = async () => {
    const after = await approvals.find(any(ids));
    return after === null ? null : { receivedAt: after.receivedAt, id: after.id };
  };
  const places = await Promise.all(Array.from({ length: 50 }, anyPage));
  return {
    "list, first page of the inbox": () => approvals.list({ status: "pending" }, null, page),
    "list, a page further down": () => approvals.list({ status: "pending" }, any(places), page),
    "list, whatever its status": () => approvals.list({}, any(places), page),
    "list, of a commit": () => approvals.list({ commit: any(known).commit ?? "" }, null, page),
    "list, of a repository": () =>
      approvals.list({ status: "pending", repository: `acme/shop-${any([0, 10, 250, 490])}` }, null, page),
    "list, of a bot that is limited to a repository": () =>
      approvals.list(
        { visibility: { activityArns: null, repositories: [`Acme/shop-${any([0, 7, 250, 490])}`] } },
        any([null, ...places]),
        page,
      ),
    "list, of an execution": () =>
      approvals.list({ executionArn: any(known).executionArn ?? "" }, null, page),
    "list, of an activity": () => approvals.list({ status: "pending", activityArn }, any(places), page),
    "list, a text that few have": () =>
      approvals.list({ text: `number ${Math.ceil(Math.random() * ids.length * 10)} of` }, null, page),
    "list, a text that many have": () => approvals.list({ status: "pending", text: "the shop" }, null, page),
    "list, a text that nobody has": () => approvals.list({ text: `nothing ${Math.random()}` }, null, page),
    "list, the beginning of a commit": () =>
      approvals.list({ text: (any(known).commit ?? "").slice(0, 10) }, null, page),
    detail: () => approvals.find(any(ids)),
    "claim of a batch of 100 heartbeats": async () => {
      const now = new Date();
      const nextOf = (facts: Parameters<typeof nextBeatAt>[0]) => nextBeatAt(facts, now, Math.random(), 1);
      const claimed = await heartbeats.claimDue({ now, limit: 100, marginMs: 0, nextOf });
      if (claimed.length !== 100) throw new Error(`only ${claimed.length} beats were due`);
    },
    decide: async () => {
      const approvalId = pending.pop() ?? "";
      const ballot = { verdict: "approve", comment: null, output: null, idempotency: null } as const;
      const { kind } = await decide({ ...deps, approvals }, { approvalId, caller: bot, ...ballot });
      if (kind !== "done") throw new Error(`deciding came to ${kind}`);
    },
  };
}

async function idsOf(database: Database, condition: string): Promise<string[]> {
  const rows = await database.client.$queryRawUnsafe<{ id: string }[]>(
    `select id from approval where ${condition} order by worker_name collate "C" limit 5000`,
  );
  return rows.map(({ id }) => id);
}
