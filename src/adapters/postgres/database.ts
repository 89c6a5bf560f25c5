import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { StoreUnavailable } from "../../application/ports/unavailable.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";

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
  /** Several such statements in one transaction (read committed). */
  queries<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** Runs `work`; a database that cannot be reached becomes StoreUnavailable, every other fault stays what it is. */
  run<T>(work: (client: PrismaClient) => Promise<T>): Promise<T>;
  /** The same in one transaction (read committed). */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** True if a query gets through right now. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connections per process: two dozen cost Postgres little, and no use case holds one while it talks to the network. */
const poolSize = 20;
const connectTimeoutMs = 5_000;
const transactionTimeoutMs = 15_000;
/** No query of ours takes a tenth of this. */
const statementTimeoutMs = 10_000;
/** A server that hangs (failover, a cut network) must not hang us. Longer than what a statement may take, so that Postgres ends it if it can. */
const silenceMaxMs = 11_000;
const reachableWithinMs = 2_000;

export function openDatabase(url: string, limits = { silenceMaxMs }): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    keepAlive: true,
  });
  // Neither the pool nor Prisma listens while a connection goes from one to the other, and the last reply of one query may come in one
  // packet with the end of the connection. An error that nobody hears would end the process; the next query on it fails as it should.
  pool.on("connect", (connection) => void connection.on("error", () => undefined));
  pool.on("connect", (connection) => endSilence(connection, limits.silenceMaxMs));
  const adapter = new PrismaPg(pool, { onPoolError: () => undefined, disposeExternalPool: true });
  const client = new PrismaClient({ adapter, errorFormat: "minimal" });
  const guard = <T>(promise: Promise<T>): Promise<T> =>
    promise.catch((error: unknown) => {
      throw isUnreachable(error)
        ? new StoreUnavailable("Postgres cannot be reached right now.", { cause: error })
        : error;
    });
  return {
    client,
    query: (statement) => guard(queryOn(pool)(statement)),
    queries: (work) => guard(inTransaction(pool, work)),
    run: (work) => guard(work(client)),
    transaction: (work) =>
      guard(client.$transaction(work, { maxWait: connectTimeoutMs, timeout: transactionTimeoutMs })),
    isReachable: () =>
      Promise.race([
        client.$queryRaw`select 1`.then(
          () => true,
          () => false,
        ),
        delay(reachableWithinMs, false, { ref: false }),
      ]),
    close: () => client.$disconnect(),
  };
}

function queryOn(connection: pg.Pool | pg.PoolClient): Query {
  return async <Row extends pg.QueryResultRow>({ text, values }: Prisma.Sql) =>
    (await connection.query<Row>(text, values)).rows;
}

async function inTransaction<T>(pool: pg.Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const connection = await pool.connect();
  let isBroken = false;
  try {
    await connection.query("begin");
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

/** Prisma's codes for a server that is away, full or closing (Prisma error reference), and what `pg` says underneath. */
const unreachableCodes = new Set([
  "P1001",
  "P1002",
  "P1008",
  "P1011",
  "P1017",
  "P2024",
  "P2028",
  "P2037",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);
const unreachableKinds = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);
const unreachableTexts =
  /terminat|statement timeout|timeout exceeded when trying to connect|the database system is|not queryable|connection error|server closed the connection/i;

function isUnreachable(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, kind, originalCode, message, cause, meta } = error as Record<string, unknown>;
  if ([code, originalCode].some((each) => typeof each === "string" && unreachableCodes.has(each)))
    return true;
  if (typeof kind === "string" && unreachableKinds.has(kind)) return true;
  if (typeof message === "string" && unreachableTexts.test(message)) return true;
  const driverError =
    typeof meta === "object" && meta !== null
      ? (meta as Record<string, unknown>)["driverAdapterError"]
      : undefined;
  return isUnreachable(cause, depth + 1) || isUnreachable(driverError, depth + 1);
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
