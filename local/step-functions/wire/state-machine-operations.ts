import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describeDiagnostics, validateDefinition } from "../asl/validate-definition.ts";
import { checkArn, checkName, checkRoleArn, makeArn } from "../engine/arn.ts";
import { AwsError, stateMachineAlreadyExists, validationFault } from "../engine/aws-error.ts";
import type { JsonObject } from "../asl/json.ts";
import type { Engine } from "../engine/engine.ts";
import { machineParts } from "../engine/machine-parts.ts";
import { publishVersion, stateMachineOf } from "../engine/state-machines.ts";
import type { StateMachineRecord } from "../engine/world.ts";
import { readConfiguration, shownConfiguration } from "./machine-configuration.ts";
import * as shapes from "./machine-shapes.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { epochSeconds, presentStateMachine, presentStateMachineItem } from "./present.ts";
import { page } from "./request-shapes.ts";
import { tagNew } from "./tag-operations.ts";

/** Throws InvalidDefinition. */
function readDefinition(definition: string): Pick<StateMachineRecord, "machine" | "variableReferences"> {
  const validated = validateDefinition(definition);
  if (!validated.ok) throw new AwsError("InvalidDefinition", describeDiagnostics(validated.diagnostics));
  return machineParts(validated.machine);
}

interface Publishing {
  readonly publish?: boolean | null | undefined;
  readonly versionDescription?: string | null | undefined;
}

function checkPublishing({ publish, versionDescription: description }: Publishing): void {
  if (typeof description === "string" && publish !== true)
    throw validationFault("Version description can only be set when publish is true");
}

/** What a repetition of CreateStateMachine may not change; of roles and tags AWS ignores the difference. */
function identityOf({ definition, configuration, publishedAtOnce }: Identity) {
  const { loggingConfiguration, ...shown } = shownConfiguration(configuration);
  const { destinations, ...logging } = loggingConfiguration as JsonObject;
  // Tools write the empty list, too.
  const to = Array.isArray(destinations) && destinations.length > 0 ? { destinations } : {};
  return { definition, publishedAtOnce, ...shown, loggingConfiguration: { ...logging, ...to } };
}

type Identity = Pick<StateMachineRecord, "definition" | "configuration" | "publishedAtOnce">;

/** As the record of a machine that is created so keeps it. */
function publishedAtOnce({ publish, versionDescription: description }: Publishing) {
  if (publish !== true) return {};
  return { publishedAtOnce: typeof description === "string" ? { description } : {} };
}

function published(
  engine: Engine,
  stateMachine: StateMachineRecord,
  { publish, versionDescription }: Publishing,
) {
  if (publish !== true) return {};
  return { stateMachineVersionArn: publishVersion(engine, stateMachine, versionDescription).arn };
}

export const stateMachineOperations = {
  /**
   * Idempotent: the same name with the same definition, configuration and publishing. Throws StateMachineAlreadyExists for others;
   * other roles and tags are ignored. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
   */
  CreateStateMachine: operation(shapes.createStateMachine, (params, { engine }) => {
    const { name, definition, roleArn, type, tags } = params;
    checkName(name);
    checkRoleArn(roleArn);
    checkPublishing(params);
    if (type === "EXPRESS") {
      const text = "State Machine Type Not Supported: 'this endpoint runs STANDARD state machines'";
      throw new AwsError("StateMachineTypeNotSupported", text);
    }
    const read = { ...readDefinition(definition), ...readConfiguration(params), ...publishedAtOnce(params) };
    const arn = makeArn(engine.place, "stateMachine", name);
    const known = engine.world.stateMachines.get(arn);
    if (known !== undefined && !isDeepStrictEqual(identityOf(known), identityOf({ definition, ...read })))
      throw stateMachineAlreadyExists(arn);
    const stateMachine = known ?? { arn, name, definition, ...read, roleArn, createdAt: engine.now() };
    if (known === undefined) engine.record({ type: "stateMachineCreated", stateMachine });
    if (known === undefined) tagNew(engine, arn, tags);
    const creationDate = epochSeconds(stateMachine.createdAt);
    return { stateMachineArn: arn, creationDate, ...published(engine, stateMachine, params) };
  }),

  /** A revision is new only if something about the machine is. */
  UpdateStateMachine: operation(shapes.updateStateMachine, (params, { engine }) => {
    const { stateMachineArn, definition, roleArn, loggingConfiguration, tracingConfiguration } = params;
    const known = stateMachineOf(engine, stateMachineArn);
    if (typeof roleArn === "string") checkRoleArn(roleArn);
    checkPublishing(params);
    if ([definition, roleArn, loggingConfiguration, tracingConfiguration].every((each) => each == null)) {
      const text =
        "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified";
      throw new AwsError("MissingRequiredParameter", text);
    }
    const configured = readConfiguration(params, known.configuration);
    const changed =
      !isDeepStrictEqual(configured.configuration, known.configuration) ||
      (typeof definition === "string" && definition !== known.definition) ||
      (typeof roleArn === "string" && roleArn !== known.roleArn);
    const { variableReferences: _, ...before } = known;
    const stateMachine: StateMachineRecord = {
      ...(typeof definition === "string" ? { ...before, definition, ...readDefinition(definition) } : known),
      roleArn: roleArn ?? known.roleArn,
      ...configured,
      updatedAt: engine.now(),
      ...(changed ? { revisionId: randomUUID() } : {}),
    };
    engine.record({ type: "stateMachineUpdated", stateMachine });
    const { revisionId } = stateMachine;
    return {
      updateDate: epochSeconds(engine.now()),
      ...(revisionId === undefined ? {} : { revisionId }),
      ...published(engine, stateMachine, params),
    };
  }),

  DescribeStateMachine: operation(shapes.stateMachineByArn, ({ stateMachineArn }, { engine }) => {
    const version = engine.world.versions.get(stateMachineArn);
    const stateMachine = version?.stateMachine ?? stateMachineOf(engine, stateMachineArn);
    return {
      ...presentStateMachine(stateMachine),
      ...(version === undefined ? {} : { stateMachineArn: version.arn }),
      ...(version?.description === undefined ? {} : { description: version.description }),
      status: "ACTIVE",
      type: "STANDARD",
      creationDate: epochSeconds((version ?? stateMachine).createdAt),
    };
  }),

  /** Succeeds for a machine that does not exist. Executions that run are aborted, each with its next transition. */
  DeleteStateMachine: operation(shapes.stateMachineByArn, ({ stateMachineArn }, { engine }) => {
    checkArn(stateMachineArn, "stateMachine");
    const known = engine.world.stateMachines.has(stateMachineArn);
    if (known) engine.record({ type: "stateMachineDeleted", arn: stateMachineArn, abortsExecutions: true });
    return {};
  }),

  ListStateMachines: operation(page, (params, { engine }) => {
    const { items, ...rest } = pageOf([...engine.world.stateMachines.values()], params);
    return { stateMachines: items.map(presentStateMachineItem), ...rest };
  }),

  ValidateStateMachineDefinition: operation(shapes.validateDefinition, ({ definition, maxResults, type }) => {
    const validated = validateDefinition(definition, type ?? "STANDARD");
    const all = validated.ok ? [] : validated.diagnostics.map((each) => ({ severity: "ERROR", ...each }));
    const most = maxResults === undefined || maxResults === null || maxResults === 0 ? 100 : maxResults;
    const diagnostics = all.slice(0, most);
    return { result: validated.ok ? "OK" : "FAIL", diagnostics, truncated: all.length > diagnostics.length };
  }),
} satisfies Record<string, Operation>;
