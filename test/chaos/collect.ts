import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import pg from "pg";
import type { Attempt, Evidence, ExecutionEvidence, Row } from "./evidence.ts";

const concurrency = 16;

/** Status and whole history of every execution. */
export async function collectExecutions(
  sfn: SFNClient,
  arns: readonly string[],
): Promise<ExecutionEvidence[]> {
  const left = [...arns];
  const found: ExecutionEvidence[] = [];
  const work = async () => {
    for (let executionArn = left.pop(); executionArn !== undefined; executionArn = left.pop()) {
      const { status = "" } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sfn.send(
          new GetExecutionHistoryCommand({
            executionArn,
            maxResults: 1000,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      found.push({ arn: executionArn, status, attempts: attemptsOf(events) });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return found;
}

/** Each hand-out of a token with how it ended: the machine of this suite has one state, so events come one after the other. */
export function attemptsOf(events: readonly HistoryEvent[]): Attempt[] {
  const attempts: Attempt[] = [];
  for (const event of events) {
    const at = event.timestamp?.getTime() ?? 0;
    const last = attempts.at(-1);
    if (event.type === "ActivityStarted")
      attempts.push({
        workerName: event.activityStartedEventDetails?.workerName ?? "",
        startedAt: at,
        end: { kind: "open" },
      });
    else if (last === undefined) continue;
    else if (event.type === "ActivitySucceeded")
      last.end = { kind: "succeeded", at, output: event.activitySucceededEventDetails?.output ?? "" };
    else if (event.type === "ActivityFailed")
      last.end = {
        kind: "failed",
        at,
        error: event.activityFailedEventDetails?.error ?? "",
        cause: event.activityFailedEventDetails?.cause ?? "",
      };
    else if (event.type === "ActivityTimedOut") last.end = { kind: "timed_out", at };
  }
  return attempts;
}

export async function collectRows(databaseUrl: string): Promise<Row[]> {
  const rows = await query(
    databaseUrl,
    `select approval.id, worker_name, execution_arn, commit, status, encode(token.hash, 'hex') as hash,
            decision.id as decision_id, decision.verdict, decision.comment, answer.delivery
     from approval
     left join task_token token on token.approval_id = approval.id
     left join decision on decision.approval_id = approval.id
     left join answer on answer.approval_id = approval.id`,
  );
  return rows.map((row) => ({
    id: String(row["id"]),
    workerName: String(row["worker_name"]),
    executionArn: row["execution_arn"] as string | null,
    commit: row["commit"] as string | null,
    status: String(row["status"]),
    tokenHash: String(row["hash"]),
    decision:
      row["decision_id"] === null
        ? null
        : {
            id: String(row["decision_id"]),
            verdict: String(row["verdict"]),
            comment: row["comment"] as string | null,
          },
    delivery: row["delivery"] as string | null,
  }));
}

/** What Postgres still owes the world. */
export async function countLeftovers(
  databaseUrl: string,
): Promise<Omit<Evidence["leftovers"], "jobs in the queue"> & { pending: number }> {
  const [row] = await query(
    databaseUrl,
    `select (select count(*) from answer where next_attempt_at is not null)::int as owed,
            (select count(*) from heartbeat where next_beat_at < now() - interval '5 seconds')::int as overdue,
            (select count(*) from approval where status = 'pending')::int as pending`,
  );
  return {
    "answers owed": Number(row?.["owed"]),
    "heartbeats overdue": Number(row?.["overdue"]),
    pending: Number(row?.["pending"]),
  };
}

async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
