import { isUnavailable } from "../adapters/postgres/is-unavailable.ts";
import { ConfigError } from "../config.ts";

/** What a command does first with the database of DATABASE_URL. Throws ConfigError, which names it, if it cannot be reached. */
export async function reachDatabase<T>(databaseUrl: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!isUnavailable(error)) throw error;
    const { host, pathname } = new URL(databaseUrl);
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `The database ${pathname.slice(1)} at ${host || "its socket"} (DATABASE_URL) cannot be used: ${why}`,
      { cause: error },
    );
  });
}
