import { checkArn } from "../engine/arn.ts";
import { executionDoesNotExist } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import { startExecution } from "../engine/start-execution.ts";
import { stateMachineOf } from "../engine/state-machines.ts";
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
function executionOf(engine: Engine, arn: string): ExecutionRecord {
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
    presentExecution(executionOf(engine, executionArn)),
  ),

  DescribeStateMachineForExecution: operation(shapes.executionByArn, ({ executionArn }, { engine }) => {
    const { stateMachine } = executionOf(engine, executionArn);
    return { ...presentStateMachine(stateMachine), updateDate: epochSeconds(stateMachine.createdAt) };
  }),

  /** Newest first. */
  ListExecutions: operation(
    shapes.listExecutions,
    ({ stateMachineArn, statusFilter, ...paging }, { engine }) => {
      const { arn } = stateMachineOf(engine, stateMachineArn);
      const arns = engine.world.executionsOf.get(arn) ?? [];
      const matches = (each: string) =>
        typeof statusFilter !== "string" || executionOf(engine, each).state.status === statusFilter;
      const { items, ...rest } = pageOf(arns, paging, { fromEnd: true, keep: matches });
      return { executions: items.map((each) => presentExecutionItem(executionOf(engine, each))), ...rest };
    },
  ),

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
