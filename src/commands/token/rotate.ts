import { systemClock } from "../../adapters/clock.ts";
import { createApiTokenStore } from "../../adapters/postgres/api-token-store.ts";
import { rotateApiToken } from "../../application/rotate-api-token.ts";
import { ConfigError } from "../../config.ts";
import { withDatabase } from "../with-database.ts";
import { findToken } from "./find-token.ts";

/** Prints the new secret alone. */
export async function tokenRotateCommand(
  environment: Readonly<Record<string, string | undefined>>,
  idOrName: string,
  { overlap }: { overlap: number },
  { print, note }: { print: (line: string) => void; note: (line: string) => void },
): Promise<void> {
  const { name, rotated } = await withDatabase(environment, async (database) => {
    const deps = { tokens: createApiTokenStore(database), clock: systemClock };
    const token = await findToken(deps.tokens, idOrName, deps.clock.now());
    return {
      name: token.name,
      rotated: await rotateApiToken(deps, { id: token.id, overlapMs: overlap * 1000 }),
    };
  });
  if (rotated === null) throw new ConfigError(`The token ${idOrName} has just gone.`);
  note(
    overlap === 0
      ? `Every earlier secret of ${name} has ended.`
      : `Earlier secrets of ${name} end at ${rotated.othersEndAt.toISOString()} at the latest.`,
  );
  print(rotated.text);
}
