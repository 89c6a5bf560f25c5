import type { BotLimits, Caller } from "./actor.ts";
import { matches } from "./trigger.ts";

/**
 * Which approvals somebody may see; null: every one. Patterns hold `*` for any run of characters. One that holds a colon is for an activity's ARN, any
 * other for its name.
 */
export type Visibility = Pick<BotLimits, "activityArns" | "repositories">;

/** Null: every approval. People see all of them. */
export function visibilityOf(caller: Caller): Visibility | null {
  if (caller.kind !== "bot") return null;
  const { activityArns, repositories } = caller.limits;
  return activityArns === null && repositories === null ? null : { activityArns, repositories };
}

/** What is known of an approval's repository. */
export interface RepositoryFacts {
  /** What the task's input says: whoever starts an execution can write anything there. */
  claimed: string | null;
  /** History has proven which execution waits. */
  executionIsProven: boolean;
  /** That execution was started by a push: the push's repository, as the forge signed it. Null: it was not, or nobody kept it. */
  pushed: { repository: string | null } | null;
}

/** The rule that the store's query follows. */
export function isVisible(visibility: Visibility, activityArn: string, repository: RepositoryFacts): boolean {
  const { activityArns, repositories } = visibility;
  return (
    (activityArns === null || activityArns.some((pattern) => isActivity(pattern, activityArn))) &&
    (repositories === null || isRepository(repositories, repository))
  );
}

/** Letters A to Z alone: what else has two cases is no letter of a repository's name, and must not become one. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isActivity(pattern: string, activityArn: string): boolean {
  const name = activityArn.slice(activityArn.lastIndexOf(":") + 1);
  return matches(pattern, pattern.includes(":") ? activityArn : name);
}

/** The claim has to match, and a push must not contradict it: neither side alone may bring an approval into a bot's reach. */
function isRepository(patterns: readonly string[], { claimed, executionIsProven, pushed }: RepositoryFacts) {
  const isOurs = (repository: string | null) =>
    repository !== null && patterns.some((pattern) => matches(lowerAscii(pattern), lowerAscii(repository)));
  return executionIsProven && isOurs(claimed) && (pushed === null || isOurs(pushed.repository));
}
