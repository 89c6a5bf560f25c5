import { systemClock } from "../../adapters/clock.ts";
import { createApiTokenStore } from "../../adapters/postgres/api-token-store.ts";
import { revokeApiToken } from "../../application/revoke-api-token.ts";
import { printable } from "../printable.ts";
import { withDatabase } from "../with-database.ts";
import { findToken } from "./find-token.ts";

export async function tokenRevokeCommand(
  environment: Readonly<Record<string, string | undefined>>,
  idOrName: string,
  print: (line: string) => void,
): Promise<void> {
  await withDatabase(environment, async (database) => {
    const deps = { tokens: createApiTokenStore(database), clock: systemClock };
    const { id, name } = await findToken(deps.tokens, idOrName, deps.clock.now());
    await revokeApiToken(deps, { id });
    print(`revoked ${printable(name)} (${id})`);
  });
}
