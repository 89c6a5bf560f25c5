import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DeleteStateMachineVersionCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness, present, type Harness } from "./harness.ts";
import { passMachine, passText } from "./pass-machine.ts";

const machineArn = "arn:aws:states:us-east-1:123456789012:stateMachine:";

describe("versions and aliases", () => {
  it("keep a machine as it was, and start it so", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passMachine(1));
    const publish = async () => {
      const { stateMachineVersionArn } = await sfn.client.send(
        new PublishStateMachineVersionCommand({ stateMachineArn }),
      );
      return present(stateMachineVersionArn);
    };
    const first = await publish();
    expect(first).toBe(`${stateMachineArn}:1`);
    expect(await publish()).toBe(first);
    await sfn.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: passText(2) }));
    const second = await publish();
    const execution = await sfn.start(first);
    expect(await sfn.describe(execution)).toMatchObject({
      output: "1",
      stateMachineArn,
      stateMachineVersionArn: first,
    });
    const list = new ListExecutionsCommand({ stateMachineArn: first });
    expect((await sfn.client.send(list)).executions).toHaveLength(1);
    await sfn.client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: second }));
    const left = await sfn.client.send(new ListStateMachineVersionsCommand({ stateMachineArn }));
    expect(left.stateMachineVersions).toHaveLength(1);
  });

  it("divide executions by the weights of an alias", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passMachine(1));
    const version = async (definition?: string) => {
      if (definition !== undefined)
        await sfn.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
      return present(
        (await sfn.client.send(new PublishStateMachineVersionCommand({ stateMachineArn })))
          .stateMachineVersionArn,
      );
    };
    const [one, two] = [await version(), await version(passText(2))];
    const alias = async (name: string, weights: [number, number]) => {
      const routingConfiguration = [
        { stateMachineVersionArn: one, weight: weights[0] },
        { stateMachineVersionArn: two, weight: weights[1] },
      ];
      const made = await sfn.client.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
      return present(made.stateMachineAliasArn);
    };
    const [all, none] = [await alias("all", [100, 0]), await alias("none", [0, 100])];
    for (const [arn, output] of [
      [all, "1"],
      [none, "2"],
    ] as const) {
      expect(await sfn.describe(await sfn.start(arn))).toMatchObject({ output, stateMachineAliasArn: arn });
    }
    const gone = new DeleteStateMachineVersionCommand({ stateMachineVersionArn: one });
    await expect(sfn.client.send(gone)).rejects.toMatchObject({ name: "ConflictException" });
  });

  const alias = (sfn: Harness, name: string, stateMachineVersionArn: string) =>
    sfn.client.send(
      new CreateStateMachineAliasCommand({
        name,
        routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
      }),
    );
  const publish = async (sfn: Harness, name: string) => {
    const stateMachineArn = await sfn.machine(passMachine(name), name);
    const made = await sfn.client.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    return present(made.stateMachineVersionArn);
  };

  it("an alias leads to versions of its own machine alone", async () => {
    await using sfn = await harness();
    const [one, other] = [await publish(sfn, "one"), await publish(sfn, "other")];
    const { stateMachineAliasArn } = await alias(sfn, "live", one);
    const update = new UpdateStateMachineAliasCommand({
      stateMachineAliasArn,
      routingConfiguration: [{ stateMachineVersionArn: other, weight: 100 }],
    });
    await expect(sfn.client.send(update)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(other) as string,
    });
    expect(await sfn.describe(await sfn.start(present(stateMachineAliasArn)))).toMatchObject({
      output: '"one"',
    });
  });

  it("an update of an alias has to change something", async () => {
    await using sfn = await harness();
    const { stateMachineAliasArn } = await alias(sfn, "live", await publish(sfn, "one"));
    const update = (more: object) =>
      sfn.client.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn, ...more }));
    await expect(update({})).rejects.toMatchObject({ name: "ValidationException" });
    expect((await update({ description: "" })).updateDate).toBeInstanceOf(Date);
  });

  it.each(["123", "a@b"])("an alias cannot be named %s", async (name) => {
    await using sfn = await harness();
    await expect(alias(sfn, name, await publish(sfn, "one"))).rejects.toMatchObject({
      name: "ValidationException",
      message:
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: ` +
        "Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
    });
    for (const allowed of ["v1", "1.0", "a-b_c"]) await alias(sfn, allowed, `${machineArn}one:1`);
  });

  it("are listed of a machine that there is", async () => {
    await using sfn = await harness();
    const refusals = (stateMachineArn: string) => {
      const aliases = sfn.client.send(new ListStateMachineAliasesCommand({ stateMachineArn }));
      const versions = sfn.client.send(new ListStateMachineVersionsCommand({ stateMachineArn }));
      return Promise.all([aliases, versions].map((each) => each.catch((error: Error) => error.name)));
    };
    for (const [arn, name] of [
      [`${machineArn}missing`, "StateMachineDoesNotExist"],
      ["nope", "InvalidArn"],
    ] as const)
      expect(await refusals(arn)).toEqual([name, name]);
  });

  it("aliases are listed of a machine and of a version", async () => {
    await using sfn = await harness();
    const version = await publish(sfn, "one");
    const { stateMachineAliasArn } = await alias(sfn, "live", version);
    for (const stateMachineArn of [version, `${machineArn}one`]) {
      const listed = await sfn.client.send(new ListStateMachineAliasesCommand({ stateMachineArn }));
      expect(listed.stateMachineAliases).toMatchObject([{ stateMachineAliasArn }]);
    }
  });

  it("are gone with their machine", async () => {
    await using sfn = await harness();
    const made = await sfn.client.send(
      new CreateStateMachineCommand({
        name: "m",
        definition: passText(1),
        roleArn: "arn:aws:iam::1:role/r",
        publish: true,
      }),
    );
    const { stateMachineArn, stateMachineVersionArn } = made;
    await sfn.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    const start = new StartExecutionCommand({ stateMachineArn: stateMachineVersionArn });
    await expect(sfn.client.send(start)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });
});
