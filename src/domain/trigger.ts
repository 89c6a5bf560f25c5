import type { Involved } from "./policy/policy.ts";
import type { SupersedeMode } from "./push-order.ts";

/** Which push on which repository starts which state machine. `repository` and `branch` may hold `*` for any run of characters. */
export interface Trigger {
  forge: "github";
  repository: string;
  branch: string;
  on: readonly PushKind[];
  stateMachineArn: string;
  /** What becomes of older pending approvals of the same branch once the execution of a newer push has started. */
  supersede: SupersedeMode;
}

export type PushKind = "push" | "merge";

/** What a forge told us, in our words. */
export interface PushEvent {
  forge: "github";
  kind: PushKind;
  repository: string;
  branch: string;
  ref: string;
  commit: string;
  /** Where the branch was before; null: not told. */
  before: string | null;
  /** By the forge's clock; null: not told. */
  happenedAt: Date | null;
  title: string;
  author: string;
  /** Who had a hand in it, as the forge tells; nobody has requested it. */
  involved: Involved;
  links: readonly { title: string; url: string }[];
}

/** The triggers that an event fires. */
export function firedBy(event: PushEvent, triggers: readonly Trigger[]): Trigger[] {
  return triggers.filter((trigger) => trigger.on.includes(event.kind) && covers(trigger, event));
}

/**
 * The triggers that a push does not fire, but the merge that brought it does: a forge's word of a merge does not say who made the
 * commits, that of the push does.
 */
export function toldMoreBy(event: PushEvent, triggers: readonly Trigger[]): Trigger[] {
  if (event.kind !== "push") return [];
  return triggers.filter(
    (trigger) => trigger.on.includes("merge") && !trigger.on.includes("push") && covers(trigger, event),
  );
}

function covers(trigger: Trigger, { forge, repository, branch }: PushEvent): boolean {
  return trigger.forge === forge && isOf(trigger, repository) && matches(trigger.branch, branch);
}

/** What the strictest of several triggers of one state machine says. */
export function strictest(modes: readonly SupersedeMode[]): SupersedeMode {
  return modes.includes("reject") ? "reject" : modes.includes("flag") ? "flag" : "none";
}

/** Forges tell repositories apart without regard to case. */
export function isOf(trigger: Pick<Trigger, "repository">, repository: string): boolean {
  return matches(trigger.repository.toLowerCase(), repository.toLowerCase());
}

/** Glob with `*` only, by hand: a pattern from a file must not become a slow regular expression. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts.shift() ?? "";
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** An execution's name is 1 to 80 characters (API reference, StartExecution); we use letters, digits, `-`, `_` and `.` only. */
const nameMaxCharacters = 80;

/**
 * The name of the execution that a push starts: the same push gives the same name, so starting twice starts once. `digest` is a
 * short hex digest of repository and ref, which keeps apart what shortening makes alike.
 */
export function executionNameFor(
  event: Pick<PushEvent, "repository" | "commit">,
  digest: string,
  attempt: number,
): string {
  const tail = `-${event.commit}-${digest}-${attempt}`;
  const readable = event.repository.replace(/[^A-Za-z0-9._-]+/g, "-");
  return readable.slice(0, nameMaxCharacters - tail.length) + tail;
}
