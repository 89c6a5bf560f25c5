import type { ApiTokenStore, KnownApiToken } from "../../application/ports/api-tokens.ts";
import { ConfigError } from "../../config.ts";

/** The token that a person means by an id or by the name of one that lives. Throws ConfigError: there is none, or more than one. */
export async function findToken(
  tokens: Pick<ApiTokenStore, "find" | "named">,
  idOrName: string,
  now: Date,
): Promise<KnownApiToken> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrName);
  const byId = isId ? await tokens.find(idOrName.toLowerCase(), now) : null;
  const found = byId === null ? await tokens.named(idOrName, now) : [byId];
  const [only, ...others] = found;
  if (only === undefined)
    throw new ConfigError(
      `No token that lives has the id or the name ${idOrName}: see \`countersign token list\`.`,
    );
  if (others.length > 0)
    throw new ConfigError(
      `${found.length} tokens have the name ${idOrName}; take the id of one:\n${found.map(({ id, createdAt }) => `  ${id}  made ${createdAt.toISOString()}`).join("\n")}`,
    );
  return only;
}
