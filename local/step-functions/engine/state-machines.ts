import { checkArn } from "./arn.ts";
import { resourceNotFound, stateMachineDoesNotExist } from "./aws-error.ts";
import type { Engine } from "./engine.ts";
import type { StateMachineAlias, StateMachineRecord, StateMachineVersion } from "./world.ts";

/** A machine by its own ARN. Throws InvalidArn, StateMachineDoesNotExist, the latter for a version's ARN too. */
export function stateMachineOf({ world }: Engine, arn: string): StateMachineRecord {
  checkArn(arn, "stateMachine");
  const stateMachine = world.stateMachines.get(arn);
  if (stateMachine === undefined) throw stateMachineDoesNotExist(arn);
  return stateMachine;
}

/** Throws InvalidArn, ResourceNotFound. */
export function aliasOf({ world }: Engine, arn: string): StateMachineAlias {
  checkArn(arn, "stateMachine");
  const alias = world.aliases.get(arn);
  if (alias === undefined) throw resourceNotFound(arn);
  return alias;
}

/** What an execution of this ARN runs, be it of a machine, a version or an alias. */
export interface MachineToRun {
  readonly stateMachine: StateMachineRecord;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
}

/** Throws InvalidArn, StateMachineDoesNotExist. */
export function machineToRun(engine: Engine, arn: string): MachineToRun {
  const { world } = engine;
  const alias = world.aliases.get(arn);
  const version = world.versions.get(alias === undefined ? arn : routed(alias, engine.seed() / 2 ** 32));
  if (version === undefined) return { stateMachine: stateMachineOf(engine, arn) };
  return {
    stateMachine: version.stateMachine,
    stateMachineVersionArn: version.arn,
    ...(alias === undefined ? {} : { stateMachineAliasArn: alias.arn }),
  };
}

/** `chance` is in [0, 1). */
function routed({ routes }: StateMachineAlias, chance: number): string {
  let left = chance * 100;
  for (const { stateMachineVersionArn, weight } of routes) {
    if (left < weight) return stateMachineVersionArn;
    left -= weight;
  }
  return routes[0]?.stateMachineVersionArn ?? "";
}

/** Oldest first. */
export function versionsOf({ world }: Engine, stateMachineArn: string): StateMachineVersion[] {
  return [...world.versions.values()].filter((each) => each.stateMachine.arn === stateMachineArn);
}

/** Publishes a machine as it is; what is published already is not published again. */
export function publishVersion(
  engine: Engine,
  stateMachine: StateMachineRecord,
  description?: string | null,
): StateMachineVersion {
  const latest = versionsOf(engine, stateMachine.arn).at(-1);
  if (latest !== undefined && latest.stateMachine.revisionId === stateMachine.revisionId) return latest;
  const number = (engine.world.lastVersion.get(stateMachine.arn) ?? 0) + 1;
  const version = {
    arn: `${stateMachine.arn}:${number}`,
    number,
    createdAt: engine.now(),
    stateMachine,
    ...(typeof description === "string" ? { description } : {}),
  };
  engine.record({ type: "versionPublished", version });
  return version;
}
