import { taskInputShape, type KnownMembers, type TaskInput } from "../contract/task-input.ts";
import { storable } from "./storable.ts";
import { readToldPeople } from "../contract/told-people.ts";
import { involvedIn } from "./people-from-input.ts";
import type { Link, Subject } from "../domain/approval.ts";

/** What is shown in a list is bounded; the whole input stays readable beside it. */
const shownMaxCharacters = 500;
const descriptionMaxCharacters = 20_000;
const linksMax = 20;

/** Reads what is known out of a task's input; any text is accepted, JSON or not. Timeouts stay null where the input is silent. */
export function subjectFromInput(activityArn: string, input: string): Subject {
  const value = parseJson(input);
  return subjectOf(activityArn, input, value, taskInputShape.parse(value));
}

/** Reads nothing out of the input: for one whose known members cannot be stored, which must not cost the task. */
export function bareSubject(activityArn: string, input: string): Subject {
  return subjectOf(activityArn, input, null, taskInputShape.parse(null));
}

function subjectOf(activityArn: string, input: string, value: unknown, known: TaskInput): Subject {
  const execution = known._execution;
  return {
    activityArn,
    executionArn: shown(execution?.arn),
    executionName: shown(execution?.name ?? execution?.arn?.split(":").at(-1)),
    stateMachineArn: shown(execution?.stateMachineArn),
    stateName: shown(execution?.state),
    stateEnteredAt: execution?.enteredTime === undefined ? null : new Date(execution.enteredTime),
    retryCount: execution?.retryCount ?? null,
    redriveCount: execution?.redriveCount ?? null,
    mapIndex: execution?.mapIndex ?? null,
    ...whatIsAsked(known),
    title: titleOf(known, value) ?? `Approval for ${activityArn.split(":").at(-1) ?? activityArn}`,
    input: storable(input),
    timeoutSeconds: execution?.timeoutSeconds ?? null,
    heartbeatSeconds: execution?.heartbeatSeconds ?? null,
  };
}

type Asked = Pick<
  Subject,
  "repository" | "commit" | "ref" | "description" | "requestedBy" | "involved" | "links"
>;

function whatIsAsked(known: TaskInput): Asked {
  const commit = first(known, (member) => member.approval?.commit ?? member.commit ?? member.sha);
  return {
    repository: shown(first(known, (member) => member.approval?.repository ?? member.repository)),
    commit: shown(commit)?.toLowerCase() ?? null,
    ref: shown(first(known, (member) => member.approval?.ref ?? member.ref)),
    description: shown(
      first(known, (member) => member.approval?.description),
      descriptionMaxCharacters,
    ),
    involved: involvedIn(known).involved,
    requestedBy: shown(
      first(known, ({ approval, author }) => shownOf(approval?.requestedBy) ?? shownOf(author)),
    ),
    links: linksOf(first(known, (member) => member.approval?.links ?? member.links)),
  };
}

function shownOf(told: unknown): string | undefined {
  return readToldPeople(told).shown;
}

/** Parameters may have wrapped the state's input as `input`; what stands outside counts first. */
function first<T>(known: TaskInput, read: (members: KnownMembers) => T | undefined): T | undefined {
  return read(known) ?? (known.input === undefined ? undefined : read(known.input));
}

function titleOf(known: TaskInput, value: unknown): string | null {
  const title = first(known, (member) => member.approval?.title ?? member.title);
  return shown(title ?? bareText(value) ?? bareText(wrappedInput(value)));
}

/** "Code build complete!" is an input, and a title, of its own. */
function bareText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

function wrappedInput(value: unknown): unknown {
  return typeof value === "object" && value !== null && "input" in value ? value.input : undefined;
}

function linksOf(links: readonly Link[] | undefined): Link[] {
  return (links ?? [])
    .slice(0, linksMax)
    .map(({ title, url }) => ({ title: shown(title) ?? url, url: storable(url).slice(0, 2048) }));
}

function shown(text: string | undefined, maxCharacters = shownMaxCharacters): string | null {
  if (text === undefined) return null;
  const characters = [...storable(text.trim())];
  return characters.length <= maxCharacters
    ? characters.join("")
    : `${characters.slice(0, maxCharacters - 1).join("")}…`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
