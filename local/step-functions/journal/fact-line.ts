import { readDefinition } from "../asl/validate-definition.ts";
import type { Fact } from "../engine/apply-fact.ts";
import { machineParts } from "../engine/machine-parts.ts";
import type { StateMachineRecord } from "../engine/world.ts";

/** A fact as a line of the journal: JSON, less what the text of a definition says already. */
export function lineOf(fact: Fact): string {
  return JSON.stringify(withMachine(fact, bare));
}

/** The fact of a line. Throws if the line is none. */
export function factOf(line: string): Fact {
  const fact: unknown = JSON.parse(line);
  if (typeof fact !== "object" || fact === null || !("type" in fact)) throw new Error("it is no fact");
  if (typeof fact.type !== "string" || !Object.hasOwn(types, fact.type))
    throw new Error(`this version knows no fact of the type ${JSON.stringify(fact.type)}`);
  return withMachine(fact as Fact, whole);
}

/** The compiler sees to it that none is missing. */
const types: Readonly<Record<Fact["type"], true>> = {
  activityCreated: true,
  activityDeleted: true,
  stateMachineCreated: true,
  stateMachineUpdated: true,
  stateMachineDeleted: true,
  versionPublished: true,
  versionDeleted: true,
  aliasSet: true,
  aliasDeleted: true,
  tagged: true,
  untagged: true,
  executionCreated: true,
  executionJoined: true,
  taskHandedOut: true,
  tokenIssued: true,
  executionEvent: true,
  queueCreated: true,
  queueDeleted: true,
  messageSent: true,
  messagesReceived: true,
  messageHidden: true,
  messageDeleted: true,
  resumed: true,
  executionsForgotten: true,
};

function withMachine(fact: Fact, change: (record: StateMachineRecord) => StateMachineRecord): Fact {
  switch (fact.type) {
    case "stateMachineCreated":
    case "stateMachineUpdated":
      return { ...fact, stateMachine: change(fact.stateMachine) };
    case "versionPublished":
      return { ...fact, version: { ...fact.version, stateMachine: change(fact.version.stateMachine) } };
    default:
      return fact;
  }
}

function bare(record: StateMachineRecord): StateMachineRecord {
  const { machine: _machine, variableReferences: _references, ...rest } = record;
  return rest as StateMachineRecord;
}

function whole(record: StateMachineRecord): StateMachineRecord {
  return { ...record, ...machineParts(readDefinition(record.definition)) };
}
