import { systemClock } from "../adapters/clock.ts";
import { systemEntropy } from "../adapters/entropy.ts";
import { createApiTokenStore } from "../adapters/postgres/api-token-store.ts";
import { createApiToken } from "../application/api-tokens.ts";
import type { TokenScope } from "../contract/token-scope.ts";
import { withDatabase } from "./with-database.ts";

export async function tokenCreateCommand(
  environment: Readonly<Record<string, string | undefined>>,
  options: { name: string; scope: readonly TokenScope[]; expiresInDays?: number },
  print: (line: string) => void,
): Promise<void> {
  const text = await withDatabase(environment, async (database) => {
    const deps = { tokens: createApiTokenStore(database), clock: systemClock, entropy: systemEntropy };
    const { name, scope, expiresInDays } = options;
    const expiresAt =
      expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * 24 * 3_600_000);
    const created = await createApiToken(deps, { name, scopes: scope, expiresAt });
    return created.text;
  });
  print(text);
}
