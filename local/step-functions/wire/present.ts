import { notRedrivable } from "../asl/redrive.ts";
import type { HistoryEvent } from "../asl/history.ts";
import type { ExecutionState } from "../asl/execution.ts";
import type { Activity, ExecutionRecord, StateMachineRecord } from "../engine/world.ts";
import { shownConfiguration } from "./machine-configuration.ts";

/** JSON 1.0 has timestamps as seconds since the epoch, with fractions. */
export function epochSeconds(ms: number): number {
  return ms / 1000;
}

export function presentActivity({ arn, name, createdAt }: Activity) {
  return { activityArn: arn, name, creationDate: epochSeconds(createdAt) };
}

export function presentStateMachineItem({ arn, name, createdAt }: StateMachineRecord) {
  return { stateMachineArn: arn, name, type: "STANDARD", creationDate: epochSeconds(createdAt) };
}

/** What DescribeStateMachine and DescribeStateMachineForExecution have in common. */
export function presentStateMachine(stateMachine: StateMachineRecord) {
  const { arn, name, definition, roleArn, revisionId, variableReferences } = stateMachine;
  return {
    stateMachineArn: arn,
    name,
    definition,
    roleArn,
    ...(revisionId === undefined ? {} : { revisionId }),
    ...(variableReferences === undefined ? {} : { variableReferences }),
    ...shownConfiguration(stateMachine.configuration),
  };
}

export function presentExecutionItem({ state }: ExecutionRecord) {
  return {
    executionArn: state.arn,
    stateMachineArn: state.stateMachineArn,
    ...(state.stateMachineVersionArn === undefined
      ? {}
      : { stateMachineVersionArn: state.stateMachineVersionArn }),
    ...(state.stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn: state.stateMachineAliasArn }),
    name: state.name,
    status: state.status,
    startDate: epochSeconds(state.startedAt),
    ...(state.stoppedAt === undefined ? {} : { stopDate: epochSeconds(state.stoppedAt) }),
    redriveCount: state.redriveCount ?? 0,
    ...(state.redrivenAt === undefined ? {} : { redriveDate: epochSeconds(state.redrivenAt) }),
  };
}

/** Whether it can be redriven depends on the moment. */
export function presentExecution(execution: ExecutionRecord, now: number) {
  const { state, inputText } = execution;
  return {
    ...presentExecutionItem(execution),
    input: inputText,
    inputDetails: { included: true },
    ...(state.output === undefined
      ? {}
      : { output: JSON.stringify(state.output), outputDetails: { included: true } }),
    ...(state.error === undefined ? {} : { error: state.error }),
    ...(state.cause === undefined ? {} : { cause: state.cause }),
    ...presentRedrive(state, now),
  };
}

function presentRedrive(state: ExecutionState, now: number) {
  const reason = notRedrivable(state, now);
  return reason === undefined
    ? { redriveStatus: "REDRIVABLE" }
    : { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason };
}

/** An event with its one `…EventDetails` member. */
export function presentEvent(event: HistoryEvent, includeData: boolean) {
  const { id, previousEventId, type, at, details, input, output } = event;
  const content = {
    ...details,
    ...(input === undefined ? {} : presentData("input", input, includeData)),
    ...(output === undefined ? {} : presentData("output", output, includeData)),
  };
  const member = detailsMember(type);
  return {
    timestamp: epochSeconds(at),
    type,
    id,
    previousEventId,
    ...(member === undefined ? {} : { [member]: content }),
  };
}

function presentData(name: "input" | "output", value: unknown, include: boolean) {
  return { ...(include ? { [name]: JSON.stringify(value) } : {}), [`${name}Details`]: { truncated: false } };
}

/** `PassStateEntered` has stateEnteredEventDetails, `ActivityScheduled` activityScheduledEventDetails; some have none. */
function detailsMember(type: string): string | undefined {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  if (/^ParallelState|^MapState(?!Started)|StateAborted$|^MapRun(?:Succeeded|Aborted)$/u.test(type))
    return undefined;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
