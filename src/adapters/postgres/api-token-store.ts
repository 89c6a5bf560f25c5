import { botLimitsShape } from "../../contract/api-token.ts";
import type { ActorRef, Holder, Scope } from "../../domain/actor.ts";
import type {
  ApiToken,
  ApiTokenSecret,
  ApiTokenStore,
  KnownApiToken,
  NewSecret,
  SecretHolder,
} from "../../application/ports/api-tokens.ts";
import { appendAudit, beginAudit } from "./append-audit.ts";
import type { Database, Transaction } from "./database.ts";
import { Prisma, type PrismaClient } from "./generated/client.ts";
import { judgeBotsVotesAgain } from "./judge-again.ts";
import { identitiesOf, personColumns, roleOf, type PersonRow } from "./person-columns.ts";

type Row = Prisma.ApiTokenGetPayload<object>;
type RowWithSecrets = Prisma.ApiTokenGetPayload<{ include: { secrets: true } }>;

export function createApiTokenStore(database: Database): ApiTokenStore {
  const known = async (where: Prisma.ApiTokenWhereInput, now: Date, limit: number) => {
    const rows = await database.run((client) =>
      client.apiToken.findMany({
        where,
        orderBy: [{ revokedAt: { sort: "desc", nulls: "first" } }, { createdAt: "desc" }, { id: "desc" }],
        take: limit,
        include: {
          secrets: { orderBy: [{ endsAt: { sort: "desc", nulls: "first" } }, { createdAt: "desc" }] },
        },
      }),
    );
    const holders = await holdersOf(database, rows);
    return rows.map((row) => knownFromRow(row, holders, now));
  };
  return {
    add: (token, secret, options) =>
      database.transaction((transaction) => addToken(transaction, token, secret, options)),

    findByHash: (hash) => database.run((client) => findByHash(client, hash)),

    async used(hash, at) {
      await database.run((client) =>
        client.apiTokenSecret.updateMany({
          where: { hash: new Uint8Array(hash) },
          data: { lastUsedAt: at },
        }),
      );
    },

    find: async (id, now) => (await known({ id }, now, 1))[0] ?? null,
    named: (name, now) =>
      known({ name: { equals: literal(name), mode: "insensitive" }, ...livesAt(now) }, now, 100),
    list: (now, limit) => known({}, now, limit),

    rotate: (id, secret, options) =>
      database.transaction((transaction) => rotate(transaction, id, secret, options)),

    async revoke(id, at, eventOf) {
      await database.transaction(async (transaction) => {
        const revoked = await transaction.$queryRaw<{ id: string; name: string }[]>`
          update api_token set revoked_at = ${at}
          where revoked_at is null and (id = ${id}::uuid or (created_by ->> 'kind' = 'bot' and created_by ->> 'id' = ${id}))
          returning id::text as id, name`;
        await judgeBotsVotesAgain(
          transaction,
          revoked.map((bot) => bot.id),
          at,
        );
        await appendAudit(transaction, revoked.map(eventOf));
      });
    },
  };
}

type FoundRow = Row &
  Pick<ApiTokenSecret, "hash" | "endsAt" | "lastUsedAt"> & { madeAt: Date; holder: HolderRow | null };
type HolderRow = PersonRow & { isActive: boolean };

/** On the way of each request of a bot: one query, for the bot, its secret and whoever was shown that. */
async function findByHash(client: PrismaClient, hash: Uint8Array): ReturnType<ApiTokenStore["findByHash"]> {
  const [row] = await client.$queryRaw<FoundRow[]>`
    select token.id::text as id, token.name, token.scopes, token.limits, token.created_by as "createdBy",
      token.created_at as "createdAt", token.expires_at as "expiresAt", token.revoked_at as "revokedAt",
      secret.hash, secret.created_at as "madeAt", secret.ends_at as "endsAt", secret.last_used_at as "lastUsedAt",
      row_to_json(holder) as holder
    from api_token_secret as secret join api_token as token on token.id = secret.token_id
    left join lateral (
      select ${personColumns}, person.deactivated_at is null as "isActive"
      from "user" as person where person.id = secret.shown_to) as holder on true
    where secret.hash = ${hash}`;
  if (row === undefined) return null;
  const { hash: known, madeAt, endsAt, lastUsedAt, holder, ...token } = row;
  return {
    token: tokenFromRow(token),
    secret: { hash: known, createdAt: madeAt, endsAt, lastUsedAt },
    holder: holder === null ? null : holderFromRow(holder),
  };
}

function holderFromRow(row: HolderRow): Holder {
  const { id, name, email, role, isActive } = row;
  return { id, name, email, role: roleOf(role), isActive, identities: identitiesOf(row) };
}

/** By id, of all the secrets of these bots. */
async function holdersOf(
  database: Database,
  rows: readonly RowWithSecrets[],
): Promise<ReadonlyMap<string, SecretHolder>> {
  const ids = [...new Set(rows.flatMap(({ secrets }) => secrets.flatMap(({ shownTo }) => shownTo ?? [])))];
  if (ids.length === 0) return new Map();
  const select = { id: true, name: true, deactivatedAt: true };
  const people = await database.run((client) => client.user.findMany({ where: { id: { in: ids } }, select }));
  return new Map(
    people.map(({ id, name, deactivatedAt }) => [id, { id, name, isActive: deactivatedAt === null }]),
  );
}

async function addToken(
  transaction: Transaction,
  token: ApiToken,
  { hash, shownTo }: NewSecret,
  { nameIsUnique, events }: Parameters<ApiTokenStore["add"]>[2],
): Promise<"added" | "name_taken"> {
  // One maker of a name at a time: no constraint can know which bots have expired.
  await transaction.$queryRaw`select pg_advisory_xact_lock(hashtextextended('api_token ' || lower(${token.name}), 0)) is null as locked`;
  const { id, name, createdAt } = token;
  const alike = { name: { equals: literal(name), mode: "insensitive" }, ...livesAt(createdAt) } as const;
  if (nameIsUnique && (await transaction.apiToken.count({ where: alike })) > 0) return "name_taken";
  const { scopes, limits, createdBy } = token;
  await transaction.apiToken.create({
    data: {
      ...token,
      scopes: [...scopes],
      limits: { ...limits },
      createdBy: createdBy === null ? Prisma.DbNull : { ...createdBy },
    },
  });
  await transaction.apiTokenSecret.create({
    data: { hash: new Uint8Array(hash), tokenId: id, createdAt, shownTo },
  });
  await beginAudit(transaction, events);
  return "added";
}

async function rotate(
  transaction: Transaction,
  id: string,
  { hash, shownTo }: NewSecret,
  { now, othersEndAt, secretsMax, events }: Parameters<ApiTokenStore["rotate"]>[2],
): Promise<"rotated" | "gone" | "too_many"> {
  // The bot's row is locked: two who rotate at once do it one after the other, and nobody revokes it meanwhile.
  const [live] = await transaction.$queryRaw<unknown[]>`
    select 1 from api_token where id = ${id}::uuid and revoked_at is null and (expires_at is null or expires_at > ${now})
    for update`;
  if (live === undefined) return "gone";
  const living = { tokenId: id, OR: [{ endsAt: null }, { endsAt: { gt: now } }] };
  const others = await transaction.apiTokenSecret.count({ where: living });
  if (othersEndAt > now && others >= secretsMax) return "too_many";
  await transaction.$executeRaw`
    update api_token_secret set ends_at = least(ends_at, ${othersEndAt}) where token_id = ${id}::uuid`;
  await transaction.apiTokenSecret.create({
    data: { hash: new Uint8Array(hash), tokenId: id, createdAt: now, shownTo },
  });
  await appendAudit(transaction, events);
  return "rotated";
}

function livesAt(now: Date): Prisma.ApiTokenWhereInput {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}

/** Comparing whatever the case takes patterns. */
function literal(name: string): string {
  return name.replace(/[\\%_]/g, "\\$&");
}

/** Limits that nobody can read are no limits that anybody set: reading them throws. */
function tokenFromRow({ scopes, limits, createdBy, ...rest }: Row): ApiToken {
  return {
    ...rest,
    scopes: scopes as Scope[],
    limits: botLimitsShape.parse(limits),
    createdBy: createdBy as unknown as ActorRef | null,
  };
}

function knownFromRow(
  { secrets, ...row }: RowWithSecrets,
  holders: ReadonlyMap<string, SecretHolder>,
  now: Date,
): KnownApiToken {
  const uses = secrets.flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt.getTime()]));
  return {
    ...tokenFromRow(row),
    secrets: secrets
      .filter(({ endsAt }) => endsAt === null || endsAt > now)
      .map(({ createdAt, endsAt, lastUsedAt, shownTo }) => ({
        createdAt,
        endsAt,
        lastUsedAt,
        holder: shownTo === null ? null : (holders.get(shownTo) ?? null),
      })),
    lastUsedAt: uses.length === 0 ? null : new Date(Math.max(...uses)),
  };
}
