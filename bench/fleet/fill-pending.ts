import { randomBytes, randomUUID } from "node:crypto";
import { createTokenCipher, hashOfToken } from "../../src/adapters/crypto/token-cipher.ts";
import type { Database } from "../../src/adapters/postgres/database.ts";
import { TaskToken } from "../../src/domain/task-token.ts";
import { activityArn, secret } from "./surroundings.ts";

const perStatement = 5_000;

/** Pending approvals as they are when history has told about them, each with a token of its own. */
export async function fillPending(
  { client }: Database,
  { count, heartbeatSeconds, receivedAt }: { count: number; heartbeatSeconds: number; receivedAt: Date },
): Promise<void> {
  const cipher = createTokenCipher(secret);
  for (let done = 0; done < count; done += perStatement) {
    const rows = Array.from({ length: Math.min(perStatement, count - done) }, () => {
      const id = randomUUID();
      const token = new TaskToken(randomBytes(192).toString("base64"));
      return { id, hash: hex(hashOfToken(token)), ciphertext: hex(cipher.encrypt(token, id)) };
    });
    await client.$executeRaw`
      with task as (select * from json_to_recordset(${JSON.stringify(rows)}::json) as task(id uuid, hash text, ciphertext text)),
      added as (
        insert into approval (id, activity_arn, worker_name, received_at, title, links, input, heartbeat_seconds, identified_at, checked_at)
        select id, ${activityArn}, 'bench', ${receivedAt}, 'Deploy', '[]', '{}', ${heartbeatSeconds}, ${receivedAt}, ${receivedAt} from task),
      beaten as (
        insert into heartbeat (approval_id, received_at, heartbeat_seconds, identified, next_beat_at)
        select id, ${receivedAt}, ${heartbeatSeconds}, true,
          ${receivedAt}::timestamptz + random() * ${heartbeatSeconds / 3}::float8 * interval '1 second' from task)
      insert into task_token (approval_id, hash, ciphertext) select id, decode(hash, 'hex'), decode(ciphertext, 'hex') from task`;
  }
  await client.$executeRaw`analyze`;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
