import { systemClock } from "../../adapters/clock.ts";
import { systemEntropy } from "../../adapters/entropy.ts";
import { createApiTokenStore } from "../../adapters/postgres/api-token-store.ts";
import { createApiToken } from "../../application/api-tokens.ts";
import { ConfigError } from "../../config.ts";
import { createTokenRequestShape } from "../../contract/api-token.ts";
import type { TokenScope } from "../../contract/token-scope.ts";
import { withDatabase } from "../with-database.ts";

export interface TokenCreateOptions {
  name: string;
  scope: readonly TokenScope[];
  activity?: readonly string[];
  repository?: readonly string[];
  verdict?: "approve" | "reject";
  /** Seconds. */
  expiresIn?: number;
  expiresInDays?: number;
}

/**
 * Prints the token alone. A name that a bot has already is taken all the same: whoever has the database may, and a script may run twice.
 */
export async function tokenCreateCommand(
  environment: Readonly<Record<string, string | undefined>>,
  options: TokenCreateOptions,
  { print, note }: { print: (line: string) => void; note: (line: string) => void },
): Promise<void> {
  const request = requestOf(options);
  const text = await withDatabase(environment, async (database) => {
    const deps = { tokens: createApiTokenStore(database), clock: systemClock, entropy: systemEntropy };
    const { name, scopes, activities, repositories, verdict, expiresInSeconds: seconds } = request;
    const now = deps.clock.now();
    const namesakes = await deps.tokens.named(name, now);
    if (namesakes.length > 0)
      note(
        `There is a token of this name already (${namesakes.map(({ id }) => id).join(", ")}): both stay good. ` +
          "`countersign token rotate` gives one a new secret.",
      );
    const created = await createApiToken(deps, {
      name,
      scopes,
      limits: {
        activityArns: activities ?? null,
        repositories: repositories ?? null,
        verdicts: verdict === undefined ? null : [verdict],
      },
      expiresAt: seconds === undefined ? null : new Date(now.getTime() + seconds * 1000),
    });
    return created.text;
  });
  print(text);
}

function requestOf(options: TokenCreateOptions) {
  const { name, scope, activity, repository, verdict, expiresIn, expiresInDays } = options;
  if (expiresIn !== undefined && expiresInDays !== undefined)
    throw new ConfigError("give either --expires-in or --expires-in-days");
  const parsed = createTokenRequestShape.safeParse({
    name,
    scopes: scope,
    activities: activity,
    repositories: repository,
    verdict,
    expiresInSeconds: expiresIn ?? (expiresInDays === undefined ? undefined : expiresInDays * 24 * 3600),
  });
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`).join("\n"),
  );
}
