/**
 * arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME belongs to arn:aws:states:REGION:ACCOUNT:stateMachine:MACHINE, and so does
 * execution:MACHINE/LABEL:NAME, which runs one item of a distributed Map of that machine.
 */
export function machineOf(arn: string): string {
  const parts = arn.split(":");
  const [machine = ""] = (parts[6] ?? "").split("/");
  return [...parts.slice(0, 5), "stateMachine", machine].join(":");
}

/** A version's or an alias's ARN has one part more, which the executions it starts do not carry. */
export function executionOf(stateMachineArn: string, name: string): string {
  const parts = stateMachineArn.split(":");
  return [...parts.slice(0, 5), "execution", parts[6] ?? "", name].join(":");
}
