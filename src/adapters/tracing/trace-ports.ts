import type { Deps } from "../../application/deps.ts";
import type { ApprovalStore } from "../../application/ports/approvals.ts";
import type { StepFunctions } from "../../application/ports/step-functions.ts";
import type { Tracer } from "../../application/ports/tracer.ts";

/** The same ports, with a span around what takes time. */
export function traceCalls(deps: Deps): Deps {
  const { approvals, stepFunctions, tracer } = deps;
  return {
    ...deps,
    approvals: traceApprovals(approvals, tracer),
    stepFunctions: traceStepFunctions(stepFunctions, tracer),
  };
}

/** A span around each call of Step Functions that a person may wait for; beats have one for their batch. */
function traceStepFunctions(stepFunctions: StepFunctions, tracer: Tracer): StepFunctions {
  return {
    ...stepFunctions,
    start: (stateMachineArn, name, input) =>
      tracer.span(
        "StartExecution",
        { "countersign.state_machine_arn": stateMachineArn, "countersign.execution_name": name },
        () => stepFunctions.start(stateMachineArn, name, input),
      ),
    answer: (id, answer) =>
      tracer.span(
        answer.kind === "success" ? "SendTaskSuccess" : "SendTaskFailure",
        { "countersign.approval_id": id },
        () => stepFunctions.answer(id, answer),
      ),
    identify: (key) =>
      tracer.span("find in history", { "countersign.worker_name": key.workerName }, () =>
        stepFunctions.identify(key),
      ),
  };
}

/** A span around the transactions that make a token or a vote durable. */
function traceApprovals(approvals: ApprovalStore, tracer: Tracer): ApprovalStore {
  return {
    ...approvals,
    add: (task, events) =>
      tracer.span(
        "store token",
        { "countersign.approval_id": task.id, "countersign.activity_arn": task.subject.activityArn },
        () => approvals.add(task, events),
      ),
    recordVote: (record) =>
      tracer.span("record vote", { "countersign.approval_id": record.approval.id }, () =>
        approvals.recordVote(record),
      ),
  };
}
