import { grantRights, type ApplicationRole } from "../adapters/postgres/grant-rights.ts";
import { migrate } from "../adapters/postgres/migrate.ts";

export interface PrepareOptions {
  /** Of who owns the database, or will. */
  databaseUrl: string;
  /** BullMQ keeps its jobs here, too. */
  holdsQueue: boolean;
  /** The role as which the product runs; null: the owner's. */
  role: ApplicationRole | null;
}

/** Makes a database ready for the product; returns the names of the migrations that were applied. Safe to repeat and to call at once. */
export async function prepareDatabase({ databaseUrl, holdsQueue, role }: PrepareOptions): Promise<string[]> {
  const applied = await migrate(databaseUrl);
  if (holdsQueue) {
    // Loaded only here: a command that is about people or tokens need not wait for BullMQ.
    const { prepareQueue } = await import("../adapters/queue/prepare-queue.ts");
    await prepareQueue(databaseUrl);
  }
  if (role !== null) await grantRights(databaseUrl, role);
  return applied;
}
