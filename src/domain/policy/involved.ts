import { involvements, nobodyInvolved, type Involved } from "./policy.ts";

/** Everybody who is in one of them, once, in lower case. */
export function uniteInvolved(...all: readonly Partial<Involved>[]): Involved {
  const united = { ...nobodyInvolved };
  for (const each of involvements) {
    const names = all.flatMap((one) => one[each] ?? []).map((name) => name.trim().toLowerCase());
    united[each] = [...new Set(names.filter((name) => name !== ""))].sort();
  }
  return united;
}

/** True if `more` names somebody who is not in `some`. */
export function namesMore(more: Involved, some: Involved): boolean {
  return involvements.some((each) => more[each].some((name) => !some[each].includes(name)));
}

/** `12345+octocat@users.noreply.github.com` and `octocat@users.noreply.github.com` are addresses of the account octocat. */
const noReply = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/i;

/** How one person is known who is told by an e-mail address, a login or both. */
export function namesOfPerson(person: {
  email?: string | null | undefined;
  login?: string | null | undefined;
}): string[] {
  const email = person.email ?? "";
  return [email, person.login ?? "", noReply.exec(email)?.[1] ?? ""].filter((name) => name !== "");
}

/** E-mail addresses in the `Co-authored-by` trailers of a commit's message. */
export function coAuthorsOf(message: string): string[] {
  return message.split("\n").flatMap((line) => {
    const email = /^co-authored-by:[^<]*<([^<>\s]+)>\s*$/i.exec(line.slice(0, 500))?.[1];
    return email === undefined ? [] : namesOfPerson({ email });
  });
}
