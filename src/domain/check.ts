/** What a forge says of one check of a commit: a build, a test run, a scan. */
export interface Check {
  /** What tells it from the other checks of the commit. */
  key: string;
  name: string;
  state: CheckState;
  description: string | null;
  url: string | null;
}

export type CheckState = "pending" | "success" | "failure";

/** A check as it became at some time. */
export interface CheckEvent extends Check {
  repository: string;
  commit: string;
  /** When it happened, as the forge says. */
  at: Date;
  /** Orders what happened within one second, which is how fine the forge tells the time. */
  rank: number;
}

/** "2 failed, 1 pending, 3 passed". */
export function checksInWords(checks: readonly Pick<Check, "state">[]): string {
  const count = (state: CheckState) => checks.filter((check) => check.state === state).length;
  const words = [
    [count("failure"), "failed"],
    [count("pending"), "pending"],
    [count("success"), "passed"],
  ] as const;
  return (
    words
      .filter(([number]) => number > 0)
      .map(([number, word]) => `${number} ${word}`)
      .join(", ") || "none"
  );
}
