import { z } from "zod";

/** A person as a task's input tells of one: an e-mail address or login, or an object with some of these. */
const name = z.string().optional().catch(undefined);
const personShape = z
  .string()
  .transform((text) => ({ shown: text, names: [text] }))
  .or(
    z
      .object({ name, email: name, login: name, username: name })
      .transform(({ name: shown, email, login, username }) => {
        const names = [email, login, username].filter((each) => each !== undefined);
        return { shown: shown ?? login ?? username ?? email, names };
      }),
  );

export interface ToldPeople {
  /** E-mail addresses and logins. */
  names: string[];
  /** How the first of them is shown; undefined: nobody is told. */
  shown: string | undefined;
  /** False: something is told that names nobody. */
  isUnderstood: boolean;
}

/** One person, or a list of them. What is absent, null or empty tells of nobody, and that is understood. */
export function readToldPeople(given: unknown): ToldPeople {
  const told: ToldPeople = { names: [], shown: undefined, isUnderstood: true };
  for (const each of Array.isArray(given) ? (given as unknown[]) : [given]) {
    if (each === undefined || each === null || (typeof each === "string" && each.trim() === "")) continue;
    const person = personShape.safeParse(each).data;
    const names = (person?.names ?? []).filter((text) => text.trim() !== "");
    if (names.length === 0) told.isUnderstood = false;
    told.names.push(...names);
    told.shown ??= person?.shown;
  }
  return told;
}
