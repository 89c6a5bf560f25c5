import { notRedrivable } from "../asl/redrive.ts";
import { checkArn } from "../engine/arn.ts";
import { AwsError, executionDoesNotExist } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import { startExecution } from "../engine/start-execution.ts";
import { machineToRun } from "../engine/state-machines.ts";
import type { ExecutionRecord } from "../engine/world.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import {
  epochSeconds,
  presentEvent,
  presentExecution,
  presentExecutionItem,
  presentStateMachine,
} from "./present.ts";
import * as shapes from "./request-shapes.ts";

/** Throws InvalidArn, ExecutionDoesNotExist. */
export function executionOf(engine: Engine, arn: string): ExecutionRecord {
  checkArn(arn, "execution");
  const execution = engine.world.executions.get(arn);
  if (execution === undefined) throw executionDoesNotExist(arn);
  return execution;
}

function presentStart({ state }: ExecutionRecord) {
  return { executionArn: state.arn, startDate: epochSeconds(state.startedAt) };
}

export const executionOperations = {
  StartExecution: operation(shapes.startExecution, (params, { engine }) =>
    presentStart(startExecution(engine, params)),
  ),

  DescribeExecution: operation(shapes.executionByArn, ({ executionArn }, { engine }) =>
    presentExecution(executionOf(engine, executionArn), engine.now()),
  ),

  DescribeStateMachineForExecution: operation(shapes.executionByArn, ({ executionArn }, { engine }) => {
    const { stateMachine } = executionOf(engine, executionArn);
    return {
      ...presentStateMachine(stateMachine),
      updateDate: epochSeconds(stateMachine.updatedAt ?? stateMachine.createdAt),
    };
  }),

  /** Of a machine, a version or an alias; newest first. */
  ListExecutions: operation(shapes.listExecutions, (params, { engine }) => {
    const { stateMachineArn, statusFilter, redriveFilter, ...paging } = params;
    const { stateMachine } = machineToRun(engine, stateMachineArn);
    const arns = engine.world.executionsOf.get(stateMachine.arn) ?? [];
    const matches = (each: string) => {
      const { state } = executionOf(engine, each);
      const redriven = (state.redriveCount ?? 0) > 0 ? "REDRIVEN" : "NOT_REDRIVEN";
      const {
        stateMachineArn: machine,
        stateMachineVersionArn: version,
        stateMachineAliasArn: alias,
      } = state;
      return (
        (statusFilter == null || state.status === statusFilter) &&
        (redriveFilter == null || redriveFilter === redriven) &&
        [machine, version, alias].includes(stateMachineArn)
      );
    };
    const { items, ...rest } = pageOf(arns, paging, { fromEnd: true, keep: matches });
    return { executions: items.map((each) => presentExecutionItem(executionOf(engine, each))), ...rest };
  }),

  /** Takes a failed, aborted or timed-out execution up where it stopped. Throws ExecutionNotRedrivable. */
  RedriveExecution: operation(shapes.redriveExecution, ({ executionArn }, { engine }) => {
    const execution = executionOf(engine, executionArn);
    const reason = notRedrivable(execution.state, engine.now());
    if (reason !== undefined) throw new AwsError("ExecutionNotRedrivable", reason);
    engine.send(executionArn, { type: "redriven" });
    return { redriveDate: epochSeconds(execution.state.redrivenAt ?? engine.now()) };
  }),

  /** Stopping what has ended already changes nothing and answers when it ended. */
  StopExecution: operation(shapes.stopExecution, ({ executionArn, error, cause }, { engine }) => {
    const execution = executionOf(engine, executionArn);
    const details = {
      ...(typeof error === "string" ? { error } : {}),
      ...(typeof cause === "string" ? { cause } : {}),
    };
    if (execution.state.status === "RUNNING") engine.send(executionArn, { type: "stopped", ...details });
    return { stopDate: epochSeconds(execution.state.stoppedAt ?? engine.now()) };
  }),

  GetExecutionHistory: operation(shapes.getExecutionHistory, (params, { engine }) => {
    const { history } = executionOf(engine, params.executionArn);
    const { items, ...rest } = pageOf(history, params, { fromEnd: params.reverseOrder === true });
    const includeData = params.includeExecutionData !== false;
    return { events: items.map((event) => presentEvent(event, includeData)), ...rest };
  }),
} satisfies Record<string, Operation>;
