import { involvements, nobodyInvolved, type Involved } from "./policy.ts";

/** Everybody who is in one of them, once, in lower case. */
export function uniteInvolved(...all: readonly Partial<Involved>[]): Involved {
  const united = { ...nobodyInvolved };
  for (const each of involvements) {
    const names = all.flatMap((one) => one[each] ?? []).map(tidyName);
    united[each] = [...new Set(names.filter((name) => name !== ""))].sort();
  }
  return united;
}

/** True if `more` names somebody who is not in `some`. */
export function namesMore(more: Involved, some: Involved): boolean {
  return involvements.some((each) => more[each].some((name) => !some[each].includes(name)));
}

/** An e-mail address or login as it is compared and shown: of `Octo Cat <octo@corp.example>` the address, of `@octocat` the login. */
export function tidyName(told: string): string {
  const text = told.trim().toLowerCase();
  const [from, to] = [text.lastIndexOf("<"), text.lastIndexOf(">")];
  const inner = from >= 0 && to > from ? text.slice(from + 1, to).trim() : text;
  return (inner === "" ? text : inner).replace(/^mailto:/, "").replace(/^@/, "");
}

/** `12345+octocat@users.noreply.github.com` and `octocat@users.noreply.github.com` are addresses of the account octocat. */
const noReply = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/i;

/**
 * All by which two tellings of one person may meet: the name itself, the account of a no-reply address, and the mailbox of an address with
 * a `+`, since whoever reads octo+git@corp.example is, as far as anybody knows, who reads octo@corp.example.
 */
export function spellingsOf(told: string): string[] {
  const name = tidyName(told);
  const account = noReply.exec(name)?.[1];
  if (account !== undefined) return [name, account];
  const [plus, at] = [name.indexOf("+"), name.lastIndexOf("@")];
  const mailbox = plus > 0 && plus < at ? [name.slice(0, plus) + name.slice(at)] : [];
  return [name, ...mailbox].filter((each) => each !== "");
}

/** How one person is known who is told by an e-mail address, a login or both. */
export function namesOfPerson(person: {
  email?: string | null | undefined;
  login?: string | null | undefined;
}): string[] {
  const email = person.email ?? "";
  return [email, person.login ?? "", noReply.exec(email)?.[1] ?? ""].filter((name) => name !== "");
}

const peopleOfLineMax = 50;

/**
 * E-mail addresses (and logins like `@octocat`) in the `Co-authored-by` trailers of a commit's message. People write trailers by hand: any
 * brackets, or none, and lines of any length.
 */
export function coAuthorsOf(message: string): string[] {
  return message.split(/[\r\n]/).flatMap((line) => {
    const told = /^\s*co-authored-by\s*:/i.exec(line)?.[0];
    if (told === undefined) return [];
    return line
      .slice(told.length)
      .split(/[\s<>()[\]{},;"'|]+/)
      .filter((word) => /^[^@]*@[^@]+$/.test(word) && word.length <= 254)
      .slice(0, peopleOfLineMax)
      .flatMap((word) => namesOfPerson(word.startsWith("@") ? { login: tidyName(word) } : { email: word }));
  });
}
