import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { StoreUnavailable } from "../../application/ports/unavailable.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";
import { isUnavailable } from "./is-unavailable.ts";

export type Transaction = Prisma.TransactionClient;

/** The rows of one statement. */
export type Query = <Row extends pg.QueryResultRow>(statement: Prisma.Sql) => Promise<Row[]>;

export interface Database {
  readonly client: PrismaClient;
  /**
   * Straight to the driver, for what is asked all day. Prisma takes about as long as Postgres for it, and keeps each result until the
   * next full collection, whose pauses are longer than most queries. Fails as `run` does.
   */
  readonly query: Query;
  /**
   * Several such statements in one transaction (read committed). `isRepeatable`: a crash of Postgres may take back the last moments of it,
   * because whoever finds it undone does it again; nobody waits for the disk then.
   */
  queries<T>(work: (query: Query) => Promise<T>, options?: { isRepeatable: boolean }): Promise<T>;
  /** Runs `work`; a fault of the server or of the way to it becomes StoreUnavailable, every other one stays what it is. */
  run<T>(work: (client: PrismaClient) => Promise<T>): Promise<T>;
  /** The same in one transaction (read committed). */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * True if a query gets through right now and a write would be taken: after a failover, the old server may be read-only. False, too,
   * for 15 s after one of this process was refused because the disk is full.
   */
  isWritable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connections per process: two dozen cost Postgres little, and no use case holds one while it talks to the network. */
const poolSize = 20;
const connectTimeoutMs = 5_000;
const transactionTimeoutMs = 15_000;
/** No query of ours takes a tenth of this. */
const statementTimeoutMs = 10_000;
const writableWithinMs = 2_000;

interface Limits {
  /** A server that hangs (failover, a cut network) must not hang us. Longer than what a statement may take, so that Postgres ends it if it can. */
  silenceMaxMs: number;
  /**
   * A process that stops in the middle of a transaction (its machine vanishes, its container is paused) holds its locks, and every claim
   * of heartbeats takes the same one: Postgres ends it, before those who wait give up.
   */
  idleInTransactionMs: number;
}

const usualLimits: Limits = { silenceMaxMs: 11_000, idleInTransactionMs: 5_000 };

export function openDatabase(url: string, limits: Partial<Limits> = {}): Database {
  const { silenceMaxMs, idleInTransactionMs } = { ...usualLimits, ...limits };
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
  });
  // Neither the pool nor Prisma listens while a connection goes from one to the other, and the last reply of one query may come in one
  // packet with the end of the connection. An error that nobody hears would end the process; the next query on it fails as it should.
  pool.on("connect", (connection) => void connection.on("error", () => undefined));
  pool.on("error", () => undefined);
  pool.on("connect", (connection) => endSilence(connection, silenceMaxMs));
  leaveReadOnlyServers(pool);
  const fullDisk = watchFullDisk(pool);
  const adapter = new PrismaPg(pool);
  const client = new PrismaClient({ adapter, errorFormat: "minimal" });
  const guard = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((error: unknown) => {
      throw storeFault(error);
    });
  return {
    client,
    query: (statement) => guard(queryOn(pool)(statement)),
    queries: (work, { isRepeatable } = { isRepeatable: false }) =>
      guard(inTransaction(pool, work, isRepeatable ? "begin; set local synchronous_commit = off" : "begin")),
    run: (work) => guard(work(client)),
    transaction: (work) =>
      guard(client.$transaction(work, { maxWait: connectTimeoutMs, timeout: transactionTimeoutMs })),
    isWritable: async () =>
      !fullDisk.isRecent() &&
      Promise.race([askIfWritable(pool).catch(() => false), delay(writableWithinMs, false, { ref: false })]),
    async close() {
      await client.$disconnect();
      await pool.end();
    },
  };
}

/** StoreUnavailable for a fault of the server or of the way to it; every other error is what it is. */
export function storeFault(error: unknown): unknown {
  return isUnavailable(error)
    ? new StoreUnavailable("Postgres cannot be reached, or takes nothing, right now.", { cause: error })
    : error;
}

function queryOn(connection: pg.Pool | pg.PoolClient): Query {
  return async <Row extends pg.QueryResultRow>({ text, values }: Prisma.Sql) =>
    (await connection.query<Row>(text, values)).rows;
}

async function askIfWritable(pool: pg.Pool): Promise<boolean> {
  const connection = await pool.connect();
  let isWritable = false;
  try {
    const [row] = await queryOn(connection)<{ isWritable: boolean }>(
      Prisma.sql`select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as "isWritable"`,
    );
    isWritable = row?.isWritable === true;
    return isWritable;
  } finally {
    connection.release(!isWritable);
  }
}

async function inTransaction<T>(
  pool: pg.Pool,
  work: (query: Query) => Promise<T>,
  begin: string,
): Promise<T> {
  const connection = await pool.connect();
  let isBroken = false;
  try {
    await connection.query(begin);
    const result = await work(queryOn(connection));
    await connection.query("commit");
    return result;
  } catch (error) {
    await connection.query("rollback").catch(() => (isBroken = true));
    throw error;
  } finally {
    connection.release(isBroken);
  }
}

/** No question tells of it, since small writes still find room: a write that was refused does, for a while. */
function watchFullDisk(pool: pg.Pool): { isRecent(): boolean } {
  let seenMs = -Infinity;
  onServerError(pool, diskFull, () => (seenMs = performance.now()));
  return { isRecent: () => performance.now() - seenMs < fullDiskForMs };
}

const diskFull = "53100";
/** Whoever could not write has tried again by then. */
const fullDiskForMs = 15_000;

/** After a failover the same name may lead to another server: a connection that refused a write as read-only is not used again. */
function leaveReadOnlyServers(pool: pg.Pool): void {
  const readOnly = new WeakSet<pg.PoolClient>();
  onServerError(pool, readOnlyTransaction, (client) => readOnly.add(client));
  // One that is ending is not taken back.
  pool.on("release", (_error, client) => void (readOnly.has(client) && client.end().catch(() => undefined)));
}

const readOnlyTransaction = "25006";

/** Hears an error of the server whoever made the call, Prisma too. `sqlState`: appendix A of PostgreSQL's manual. */
function onServerError(pool: pg.Pool, sqlState: string, heard: (client: pg.PoolClient) => void): void {
  pool.on("connect", (client) => {
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on("errorMessage", ({ code }: { code?: string }) => {
      if (code === sqlState) heard(client);
    });
  });
}

/**
 * Ends a connection on which nothing is heard for so long; an idle one, the pool has closed by then. Not with the `query_timeout` of
 * `pg`: its timers keep each result in memory until the next full collection, and the pauses for that are longer than most queries.
 */
function endSilence(connection: pg.PoolClient, silenceMs: number): void {
  // Documented nowhere, but the only way to the socket once TLS has taken its place.
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  stream.setTimeout(silenceMs, () => {
    const text = `Postgres has said nothing for ${silenceMs} ms`;
    stream.destroy(Object.assign(new Error(text), { code: "ETIMEDOUT" }));
  });
}

/** True if a unique constraint refused the write: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === "23505";
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === "P2002") return true;
  // A raw query's own error lies deeper.
  const driverError = error.meta?.["driverAdapterError"] as { cause?: { kind?: unknown } } | undefined;
  return driverError?.cause?.kind === "UniqueConstraintViolation";
}
