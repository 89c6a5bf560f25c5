import type {
  AskedStart,
  DeliveryJudge,
  IntakeStore,
  WebhookDelivery,
} from "../../application/ports/intake.ts";
import { beginAudit } from "./append-audit.ts";
import { writeCheck } from "./check-store.ts";
import { furthest } from "./due.ts";
import { isUniqueViolation, type Database, type Transaction } from "./database.ts";
import { jsonOf, lockStarts, tellStart, withPushPeople } from "./start-people.ts";
import type { Prisma, PrismaClient } from "./generated/client.ts";

interface ClaimedStart {
  id: string;
  stateMachineArn: string;
  name: string;
  input: string;
  repository: string | null;
  attempts: number;
  askedAt: Date;
  lastError: string | null;
}

export function createIntakeStore(database: Database): IntakeStore {
  return {
    async findDelivery(forge, deliveryId) {
      const row = await database.run((client) =>
        client.webhookDelivery.findUnique({
          where: { forge_deliveryId: { forge, deliveryId } },
          include: { starts: true },
        }),
      );
      if (row === null) return null;
      const { starts, ...delivery } = row;
      return {
        delivery,
        starts: starts.map(({ stateMachineArn, name, executionArn, lastError }) => ({
          stateMachineArn,
          name,
          executionArn,
          note: lastError,
        })),
      };
    },

    recordDelivery: (delivery, owed, judge) =>
      database
        .transaction((transaction) => writeDelivery(transaction, delivery, owed, judge))
        .then(() => "recorded" as const, knownIfUnique),

    dueStarts: (now, limit) => dueStarts(database, now, limit),

    claimStart: (id, now, leaseUntil) => database.run((client) => claimStart(client, id, now, leaseUntil)),

    async started(id, executionArn) {
      await database.run(
        (client) => client.$executeRaw`
          with started as (
            update execution_start set execution_arn = ${executionArn}, next_attempt_at = null, last_error = null
            where id = ${id}::uuid returning id)
          update push_order set look_at_older = mode <> 'none' from started where start_id = started.id`,
      );
    },

    async refused(id, note) {
      await database.run((client) =>
        client.executionStart.update({ where: { id }, data: { nextAttemptAt: null, lastError: note } }),
      );
    },

    async postponeStart(id, until, note) {
      await database.run((client) =>
        client.executionStart.update({ where: { id }, data: { nextAttemptAt: until, lastError: note } }),
      );
    },
  };
}

async function writeDelivery(
  transaction: Transaction,
  delivery: WebhookDelivery,
  { starts, told, check }: Parameters<IntakeStore["recordDelivery"]>[1],
  judge: DeliveryJudge,
): Promise<void> {
  const { forge, deliveryId, receivedAt } = delivery;
  await transaction.webhookDelivery.create({
    data: { ...delivery, bodyHash: new Uint8Array(delivery.bodyHash) },
  });
  if (check !== null) await writeCheck(transaction, check);
  if (starts.length === 0 && told.length === 0) return;
  await lockStarts(transaction, [...starts, ...told]);
  const rows: Prisma.ExecutionStartCreateManyInput[] = [];
  for (const { order: _order, ...start } of starts) {
    const origin = jsonOf(await withPushPeople(transaction, start));
    rows.push({ ...start, origin, forge, deliveryId, nextAttemptAt: receivedAt });
  }
  const owed = await transaction.executionStart.createManyAndReturn({
    data: rows,
    skipDuplicates: true,
    select: { id: true },
  });
  const ids = new Set(owed.map(({ id }) => id));
  const isNew = ({ id }: AskedStart) => ids.has(id);
  await transaction.pushOrder.createMany({
    data: starts.filter(isNew).map(({ id, order }) => ({ startId: id, ...order })),
  });
  await beginAudit(transaction, starts.filter(isNew).map(judge.eventOf));
  for (const start of [...starts.filter((each) => !isNew(each)), ...told])
    await tellStart(transaction, start, judge);
}

async function claimStart(
  client: PrismaClient,
  id: string,
  now: Date,
  leaseUntil: Date,
): ReturnType<IntakeStore["claimStart"]> {
  const [row] = await client.$queryRaw<ClaimedStart[]>`
    update execution_start set attempts = attempts + 1, next_attempt_at = ${leaseUntil}
    from webhook_delivery as delivery
    where id = ${id}::uuid and (next_attempt_at <= ${now} or next_attempt_at > ${furthest(now)})
      and delivery.forge = execution_start.forge and delivery.delivery_id = execution_start.delivery_id
    returning id, state_machine_arn as "stateMachineArn", name, input, repository, attempts, delivery.received_at as "askedAt",
              last_error as "lastError"`;
  if (row === undefined) return null;
  const { attempts, ...start } = row;
  return { ...start, earlierAttempts: attempts - 1 };
}

function knownIfUnique(error: unknown): "known" {
  if (isUniqueViolation(error)) return "known";
  throw error;
}

/** To be started, or started and to be compared with what older pushes left pending. */
async function dueStarts(database: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await database.run(
    (client) => client.$queryRaw<{ id: string }[]>`
      (select id from execution_start where next_attempt_at <= ${now} or next_attempt_at > ${furthest(now)}
       order by next_attempt_at limit ${limit})
      union all (select start_id as id from push_order where look_at_older limit ${limit})`,
  );
  return rows.map((row) => row.id);
}
