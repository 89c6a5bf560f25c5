import pg from "pg";
import type { Leadership } from "../../application/ports/reconcile.ts";
import type { Log } from "../../application/ports/runtime.ts";

/** Any number will do, as long as nobody else uses it in this database. */
const lockKey = 7_205_759_403;
const timeoutMs = 5_000;

/**
 * One advisory lock on a connection of its own: whoever holds it leads, and Postgres frees it with the connection, however that
 * ends. Not through a pooler in transaction mode: there a session's lock belongs to nobody.
 */
export function createLeadership(databaseUrl: string, log: Log): Leadership & { close(): Promise<void> } {
  let session: { client: pg.Client; leads: boolean } | null = null;
  let asking: Promise<boolean> | null = null;

  /** The end of an earlier one may come late. */
  const onLost = (client: pg.Client) => {
    if (session?.client === client) session = null;
  };
  const end = async () => {
    const ended = session;
    session = null;
    await ended?.client.end().catch(() => undefined);
  };
  const ask = async (): Promise<boolean> => {
    try {
      session ??= { client: await connect(databaseUrl, onLost), leads: false };
      const current = session;
      if (current.leads) await current.client.query("select 1");
      else current.leads = await tryLock(current.client, log);
      return current.leads && session === current;
    } catch (error) {
      log.warn({ err: error }, "Postgres cannot be asked who leads; not this process, then");
      await end();
      return false;
    }
  };
  return {
    hold: () => (asking ??= ask().finally(() => (asking = null))),
    async close() {
      await asking;
      await end();
    },
  };
}

async function connect(databaseUrl: string, onLost: (client: pg.Client) => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    keepAlive: true,
    application_name: "countersign-leadership",
  });
  const lost = () => onLost(client);
  client.on("error", lost).on("end", lost);
  try {
    await client.connect();
    // A machine that vanishes says no goodbye: its lock is free after some 25 s, not after the system's two hours.
    await client.query(
      "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3",
    );
    return client;
  } catch (error) {
    // A server that hangs after the login would be left with one connection for each try.
    void client.end().catch(() => undefined);
    throw error;
  }
}

async function tryLock(client: pg.Client, log: Log): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [
    lockKey,
  ]);
  if (rows[0]?.locked !== true) return false;
  log.info({}, "this process reconciles now");
  return true;
}
