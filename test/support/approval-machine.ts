/** Approve, then end; a rejection fails the execution as Step Functions does by itself. `state`: further members of the Task. */
export function approvalMachine(activityArn: string, state: object = {}): object {
  return {
    StartAt: "Approve",
    States: { Approve: { Type: "Task", Resource: activityArn, End: true, ...state } },
  };
}
