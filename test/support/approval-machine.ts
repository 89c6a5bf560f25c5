/**
 * Approve, then end; a rejection fails the execution as Step Functions does by itself. `state`: further members of the Task; its Catch
 * may lead to `Later`, where the execution runs on for a day.
 */
export function approvalMachine(activityArn: string, state: object = {}): object {
  const Approve = { Type: "Task", Resource: activityArn, End: true, ...state };
  const Later = { Type: "Wait", Seconds: 86_400, End: true };
  return { StartAt: "Approve", States: "Catch" in state ? { Approve, Later } : { Approve } };
}
