import type { StateMachineAlias, StateMachineRecord, StateMachineVersion, World } from "./world.ts";

/** What happens to state machines, their versions, aliases and tags. */
export type MachineFact =
  | { readonly type: "stateMachineCreated"; readonly stateMachine: StateMachineRecord }
  /** Executions that run go on with the machine as it was. */
  | { readonly type: "stateMachineUpdated"; readonly stateMachine: StateMachineRecord }
  /** `abortsExecutions` is absent where an older version has written it, whose executions went on. */
  | { readonly type: "stateMachineDeleted"; readonly arn: string; readonly abortsExecutions?: true }
  | { readonly type: "versionPublished"; readonly version: StateMachineVersion }
  | { readonly type: "versionDeleted"; readonly arn: string }
  | { readonly type: "aliasSet"; readonly alias: StateMachineAlias }
  | { readonly type: "aliasDeleted"; readonly arn: string }
  | { readonly type: "tagged"; readonly arn: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly type: "untagged"; readonly arn: string; readonly keys: readonly string[] };

export function applyMachineFact(world: World, fact: MachineFact): void {
  switch (fact.type) {
    case "stateMachineCreated":
    case "stateMachineUpdated":
      world.stateMachines.set(fact.stateMachine.arn, fact.stateMachine);
      return;
    case "stateMachineDeleted":
      if (fact.abortsExecutions === true) abortExecutions(world, fact.arn);
      return deleteMachine(world, fact.arn);
    case "versionPublished":
      world.versions.set(fact.version.arn, fact.version);
      world.lastVersion.set(fact.version.stateMachine.arn, fact.version.number);
      return;
    case "versionDeleted":
      world.versions.delete(fact.arn);
      return;
    case "aliasSet":
      world.aliases.set(fact.alias.arn, fact.alias);
      return;
    case "aliasDeleted":
      world.aliases.delete(fact.arn);
      return;
    case "tagged":
      world.tags.set(fact.arn, { ...world.tags.get(fact.arn), ...fact.tags });
      return;
    case "untagged": {
      const left = Object.entries(world.tags.get(fact.arn) ?? {}).filter(([key]) => !fact.keys.includes(key));
      world.tags.set(fact.arn, Object.fromEntries(left));
    }
  }
}

/** Not at once, but with the next transition of each. */
function abortExecutions(world: World, machine: string): void {
  for (const arn of world.executionsOf.get(machine) ?? []) {
    const execution = world.executions.get(arn);
    if (execution !== undefined) execution.state = { ...execution.state, machineDeleted: true };
  }
}

/** Its versions, aliases and tags go with it. */
function deleteMachine(world: World, arn: string): void {
  world.stateMachines.delete(arn);
  world.lastVersion.delete(arn);
  world.tags.delete(arn);
  for (const version of world.versions.values())
    if (version.stateMachine.arn === arn) world.versions.delete(version.arn);
  for (const alias of world.aliases.values())
    if (alias.stateMachineArn === arn) world.aliases.delete(alias.arn);
}
