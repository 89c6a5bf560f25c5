import { checkArn } from "../engine/arn.ts";
import { conflict } from "../engine/aws-error.ts";
import { publishVersion, stateMachineOf, versionsOf } from "../engine/state-machines.ts";
import type { StateMachineVersion } from "../engine/world.ts";
import * as shapes from "./machine-shapes.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { epochSeconds } from "./present.ts";

function presentVersion({ arn, createdAt }: StateMachineVersion) {
  return { stateMachineVersionArn: arn, creationDate: epochSeconds(createdAt) };
}

export const versionOperations = {
  /** Idempotent: what is published already keeps its version. Throws ConflictException for a revision that is not the current one. */
  PublishStateMachineVersion: operation(shapes.publishVersion, (params, { engine }) => {
    const stateMachine = stateMachineOf(engine, params.stateMachineArn);
    const { revisionId: wanted } = params;
    const { revisionId: current = "INITIAL" } = stateMachine;
    if (typeof wanted === "string" && wanted !== current) {
      const text = `Failed to publish the State Machine version for revision ${wanted}. The current State Machine revision is ${current}.`;
      throw conflict(text);
    }
    return presentVersion(publishVersion(engine, stateMachine, params.description));
  }),

  /** Newest first. */
  ListStateMachineVersions: operation(shapes.listOfMachine, ({ stateMachineArn, ...paging }, { engine }) => {
    const { arn } = stateMachineOf(engine, stateMachineArn);
    const { items, ...rest } = pageOf(versionsOf(engine, arn), paging, { fromEnd: true });
    return { stateMachineVersions: items.map(presentVersion), ...rest };
  }),

  /** Succeeds for a version that does not exist. Throws ConflictException while an alias leads to it. */
  DeleteStateMachineVersion: operation(shapes.versionByArn, ({ stateMachineVersionArn: arn }, { engine }) => {
    checkArn(arn, "stateMachine");
    const aliases = [...engine.world.aliases.values()]
      .filter(({ routes }) => routes.some((route) => route.stateMachineVersionArn === arn))
      .map(({ name }) => name);
    if (aliases.length > 0) {
      const text = `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.join(", ")}]`;
      throw conflict(text);
    }
    if (engine.world.versions.has(arn)) engine.record({ type: "versionDeleted", arn });
    return {};
  }),
} satisfies Record<string, Operation>;
