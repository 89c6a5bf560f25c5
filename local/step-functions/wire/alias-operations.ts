import { isDeepStrictEqual } from "node:util";
import { conflict, resourceNotFound, validationFault } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import { aliasOf, stateMachineOf } from "../engine/state-machines.ts";
import type { AliasRoute, StateMachineAlias } from "../engine/world.ts";
import * as shapes from "./machine-shapes.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { epochSeconds } from "./present.ts";

/** Checks the versions among which an alias divides, `of` the machine if it is given; answers the machine that they belong to. */
function checkRoutes({ world }: Engine, routes: readonly AliasRoute[], of?: string): string {
  const arns = routes.map((route) => route.stateMachineVersionArn);
  const received = `Received: [${arns.join(", ")}]`;
  if (new Set(arns).size < arns.length)
    throw validationFault(
      `Routing configuration must contain distinct state machine version ARNs. ${received}`,
    );
  if (!arns.every((arn) => /:stateMachine:[^:]+:\d+$/u.test(arn)))
    throw validationFault(`Routing configuration must contain state machine version ARNs. ${received}`);
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    const text = `Sum of routing configuration weights must equal 100. Received: [${weights.join(", ")}]`;
    throw validationFault(text);
  }
  const machines = arns.map((arn) => {
    const version = world.versions.get(arn);
    if (version === undefined) throw resourceNotFound(arn);
    return version.stateMachine.arn;
  });
  const [machine = ""] = machines;
  if (machines.some((each) => each !== machine))
    throw validationFault(`Routing configuration must contain versions of one state machine. ${received}`);
  if (of !== undefined && machine !== of) {
    const text = `Routing configuration must contain versions of the state machine of the alias, ${of}. ${received}`;
    throw validationFault(text);
  }
  return machine;
}

function presentAlias({ arn, createdAt }: StateMachineAlias) {
  return { stateMachineAliasArn: arn, creationDate: epochSeconds(createdAt) };
}

export const aliasOperations = {
  /** Idempotent: the same name with the same description and routes. */
  CreateStateMachineAlias: operation(shapes.createAlias, (params, { engine }) => {
    const { name, description, routingConfiguration: routes } = params;
    const stateMachineArn = checkRoutes(engine, routes);
    const arn = `${stateMachineArn}:${name}`;
    const known = engine.world.aliases.get(arn);
    if (known !== undefined) {
      const same =
        isDeepStrictEqual(known.routes, routes) && (known.description ?? "") === (description ?? "");
      if (same) return presentAlias(known);
      throw conflict(
        `Failed to create alias because an alias with the same name and a different routing configuration already exists.`,
      );
    }
    const now = engine.now();
    const described = typeof description === "string" ? { description } : {};
    const alias = { arn, name, stateMachineArn, ...described, routes, createdAt: now, updatedAt: now };
    engine.record({ type: "aliasSet", alias });
    return presentAlias(alias);
  }),

  UpdateStateMachineAlias: operation(shapes.updateAlias, (params, { engine }) => {
    const { description, routingConfiguration: routes } = params;
    if (routes == null && description == null)
      throw validationFault("Either the description or the RoutingConfiguration must be specified");
    const known = aliasOf(engine, params.stateMachineAliasArn);
    if (routes != null) checkRoutes(engine, routes, known.stateMachineArn);
    const alias = {
      ...known,
      ...(typeof description === "string" ? { description } : {}),
      routes: routes ?? known.routes,
      updatedAt: engine.now(),
    };
    engine.record({ type: "aliasSet", alias });
    return { updateDate: epochSeconds(alias.updatedAt) };
  }),

  DescribeStateMachineAlias: operation(shapes.aliasByArn, ({ stateMachineAliasArn }, { engine }) => {
    const alias = aliasOf(engine, stateMachineAliasArn);
    return {
      ...presentAlias(alias),
      name: alias.name,
      ...(alias.description === undefined ? {} : { description: alias.description }),
      routingConfiguration: alias.routes,
      updateDate: epochSeconds(alias.updatedAt),
    };
  }),

  DeleteStateMachineAlias: operation(shapes.aliasByArn, ({ stateMachineAliasArn }, { engine }) => {
    const { arn } = aliasOf(engine, stateMachineAliasArn);
    engine.record({ type: "aliasDeleted", arn });
    return {};
  }),

  /** Of a machine, or of one of its versions. Throws InvalidArn, StateMachineDoesNotExist. */
  ListStateMachineAliases: operation(shapes.listOfMachine, ({ stateMachineArn, ...paging }, { engine }) => {
    if (!engine.world.versions.has(stateMachineArn)) stateMachineOf(engine, stateMachineArn);
    const leads = ({ stateMachineArn: machine, routes }: StateMachineAlias) =>
      machine === stateMachineArn || routes.some((route) => route.stateMachineVersionArn === stateMachineArn);
    const { items, ...rest } = pageOf([...engine.world.aliases.values()].filter(leads), paging);
    return { stateMachineAliases: items.map(presentAlias), ...rest };
  }),
} satisfies Record<string, Operation>;
