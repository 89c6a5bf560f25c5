import { describeDiagnostics, validateDefinition } from "../asl/validate-definition.ts";
import { checkArn, checkName, makeArn } from "../engine/arn.ts";
import { AwsError, stateMachineAlreadyExists } from "../engine/aws-error.ts";
import { stateMachineOf } from "../engine/state-machines.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { epochSeconds, presentStateMachine, presentStateMachineItem } from "./present.ts";
import * as shapes from "./request-shapes.ts";

export const stateMachineOperations = {
  /** Idempotent: the same name with the same definition; another role is ignored, as AWS does. */
  CreateStateMachine: operation(
    shapes.createStateMachine,
    ({ name, definition, roleArn, type }, { engine }) => {
      checkName(name);
      if (type === "EXPRESS") {
        throw new AwsError(
          "StateMachineTypeNotSupported",
          "State Machine Type Not Supported: 'this endpoint runs STANDARD state machines'",
        );
      }
      const validated = validateDefinition(definition);
      if (!validated.ok) throw new AwsError("InvalidDefinition", describeDiagnostics(validated.diagnostics));
      const arn = makeArn(engine.place, "stateMachine", name);
      const known = engine.world.stateMachines.get(arn);
      if (known !== undefined && known.definition !== definition) throw stateMachineAlreadyExists(arn);
      const stateMachine = known ?? {
        arn,
        name,
        definition,
        machine: validated.machine,
        roleArn,
        createdAt: engine.now(),
      };
      if (known === undefined) engine.record({ type: "stateMachineCreated", stateMachine });
      return { stateMachineArn: arn, creationDate: epochSeconds(stateMachine.createdAt) };
    },
  ),

  DescribeStateMachine: operation(shapes.stateMachineByArn, ({ stateMachineArn }, { engine }) => {
    const stateMachine = stateMachineOf(engine, stateMachineArn);
    return {
      ...presentStateMachine(stateMachine),
      status: "ACTIVE",
      type: "STANDARD",
      creationDate: epochSeconds(stateMachine.createdAt),
    };
  }),

  /** Succeeds for a machine that does not exist. Executions that run go on with the definition that they have. */
  DeleteStateMachine: operation(shapes.stateMachineByArn, ({ stateMachineArn }, { engine }) => {
    checkArn(stateMachineArn, "stateMachine");
    const known = engine.world.stateMachines.has(stateMachineArn);
    if (known) engine.record({ type: "stateMachineDeleted", arn: stateMachineArn });
    return {};
  }),

  ListStateMachines: operation(shapes.page, (params, { engine }) => {
    const { items, ...rest } = pageOf([...engine.world.stateMachines.values()], params);
    return { stateMachines: items.map(presentStateMachineItem), ...rest };
  }),
} satisfies Record<string, Operation>;
