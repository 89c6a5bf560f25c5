import {
  CreateStateMachineCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";
import { createMissing } from "./create-missing.ts";
import { machineNamed } from "./find-machine.ts";
import { readDefinition, type DefinitionFile } from "./read-definition.ts";
import { withSfn, type Environment, type Print, type Sfn } from "./with-sfn.ts";

export interface CreateOptions {
  file: readonly string[];
  /** From the file's name if left out. */
  name?: string;
  substitute?: Readonly<Record<string, string>>;
  /** Whether activities and queues that the definition names are created too. */
  createMissing: boolean;
}

/** The local endpoint assumes no role, but the API insists on one. */
const roleArn = "arn:aws:iam::123456789012:role/local";

/**
 * Creates state machines, or updates those that exist, and prints their ARNs; what else was done goes to `note`. Throws ConfigError with
 * all faults of a definition, each with its place.
 */
export async function createCommand(
  environment: Environment,
  options: CreateOptions,
  print: Print,
  note: Print,
): Promise<void> {
  if (options.name !== undefined && options.file.length > 1)
    throw new ConfigError("--name is for one file: the machines of several are named after their files.");
  await withSfn(environment, async (sfn) => {
    const files: DefinitionFile[] = [];
    for (const path of options.file) files.push(await readDefinition(path, options.substitute ?? {}));
    // All are looked over before anything is made.
    for (const file of files) await checkDefinition(sfn, file);
    for (const file of files) {
      if (options.createMissing) await createMissing(sfn, file.definition, note);
      print(await createOrUpdate(sfn, options.name ?? file.name, file.definition, note));
    }
  });
}

async function checkDefinition({ client }: Sfn, { path, definition, lineOf }: DefinitionFile): Promise<void> {
  const { diagnostics = [] } = await client.send(new ValidateStateMachineDefinitionCommand({ definition }));
  if (diagnostics.length === 0) return;
  const faults = diagnostics.map(({ code, message, location }) =>
    location === undefined
      ? `  ${message} (${code})`
      : `  line ${lineOf(location)}, ${location}: ${message} (${code})`,
  );
  const open = [...new Set(definition.match(/\$\{\w+\}/g))].map((each) => each.slice(2, -1));
  const hint = open.map((name) => `  \${${name}} is left: give it a value with --substitute ${name}=VALUE`);
  throw new ConfigError(`${path} is not right:\n${[...faults, ...hint].join("\n")}`);
}

async function createOrUpdate(sfn: Sfn, name: string, definition: string, note: Print): Promise<string> {
  const known = await machineNamed(sfn, name);
  if (known !== undefined) {
    await sfn.client.send(new UpdateStateMachineCommand({ stateMachineArn: known, definition }));
    note(`updated the state machine ${name}; what already runs goes on as it began`);
    return known;
  }
  const command = new CreateStateMachineCommand({ name, definition, roleArn });
  const { stateMachineArn = "" } = await sfn.client.send(command);
  note(`created the state machine ${name}`);
  return stateMachineArn;
}
