import { checkArn } from "./arn.ts";
import { stateMachineDoesNotExist } from "./aws-error.ts";
import type { Engine } from "./engine.ts";
import type { StateMachineRecord } from "./world.ts";

/** Throws InvalidArn, StateMachineDoesNotExist. */
export function stateMachineOf({ world }: Engine, arn: string): StateMachineRecord {
  checkArn(arn, "stateMachine");
  const stateMachine = world.stateMachines.get(arn);
  if (stateMachine === undefined) throw stateMachineDoesNotExist(arn);
  return stateMachine;
}

/** The machine that an execution of this ARN runs. Throws InvalidArn, StateMachineDoesNotExist. */
export function machineToRun(engine: Engine, arn: string): { readonly stateMachine: StateMachineRecord } {
  return { stateMachine: stateMachineOf(engine, arn) };
}
