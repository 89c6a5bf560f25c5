import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import type { z } from "zod";
import { emailShape, personNameMaxCharacters, roles } from "../../contract/person.ts";
import { teamNameShape } from "../../contract/team.ts";
import { storableName } from "../../contract/text.ts";
import type { Role } from "../../domain/actor.ts";
import type { AddOptions, IdentityOptions } from "./users.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `countersign users …` and `countersign teams …`: on the database itself, beside a running product too. */
export function definePeopleCommands(
  program: Command,
  environment: Environment,
  print: (line: string) => void,
): void {
  const users = program.command("users").description("people who sign in (DATABASE_URL, or the data folder)");
  const load = () => import("./users.ts");
  users
    .command("administrator")
    .description("make sure of one administrator; prints a one-time password while nobody has chosen another")
    .requiredOption("--email <address>", "the administrator's e-mail address", parsed(emailShape))
    .action(async (options: { email: string }) =>
      (await import("./administrator.ts")).usersAdministratorCommand(environment, options, print),
    );
  users
    .command("list")
    .description("everybody, with role, state, teams and identities")
    .action(async () => (await load()).listUsers(environment, print));
  users
    .command("add")
    .description("make a person; prints e-mail address and one-time password")
    .requiredOption("--email <address>", "the address to sign in with", parsed(emailShape))
    .requiredOption(
      "--name <name>",
      "as it stands beside votes",
      parsed(storableName(personNameMaxCharacters)),
    )
    .addOption(new Option("--role <role>", "what the person may do").choices(roles).default("viewer"))
    .option("--team <name>", "a team to be in; may be given several times", collected(teamNameShape), [])
    .option("--no-password", "signs in by an identity provider alone")
    .action(async (options: AddOptions) => (await load()).addUser(environment, options, print));
  users
    .command("role")
    .description("change what a person may do")
    .argument("<email>")
    .addArgument(new Argument("<role>").choices(roles))
    .action(async (email: string, role: Role) =>
      (await load()).changeUser(environment, email, { role }, print),
    );
  users
    .command("deactivate <email>")
    .description("a person may not sign in any more, and every open session ends at once")
    .action(async (email: string) =>
      (await load()).changeUser(environment, email, { isActive: false }, print),
    );
  users
    .command("activate <email>")
    .description("a person may sign in again")
    .action(async (email: string) =>
      (await load()).changeUser(environment, email, { isActive: true }, print),
    );
  users
    .command("reset-password <email>")
    .description("prints a one-time password, which stands in the place of the person's own")
    .action(async (email: string) => (await load()).resetUser(environment, email, print));
  defineIdentities(users, environment, print);
  defineTeams(program, environment, print);
}

function defineIdentities(users: Command, environment: Environment, print: (line: string) => void): void {
  const several = "; may be given several times";
  users
    .command("identities <email>")
    .description("how commits and forges know a person, beside the address of signing in; adds and removes")
    .option("--add-email <address>", `an address in commits${several}`, collected(emailShape), [])
    .option("--remove-email <address>", `take one away${several}`, collected(emailShape), [])
    .option(
      "--add-login <name>",
      `an account at GitHub or another forge${several}`,
      collected(storableName(100)),
      [],
    )
    .option("--remove-login <name>", `take one away${several}`, collected(storableName(100)), [])
    .action(async (email: string, options: IdentityOptions) =>
      (await import("./users.ts")).changeIdentities(environment, email, options, print),
    );
}

function defineTeams(program: Command, environment: Environment, print: (line: string) => void): void {
  const teams = program.command("teams").description("people whom policies name together");
  const load = () => import("./teams.ts");
  teams
    .command("list")
    .description("every team and its members")
    .action(async () => (await load()).listTeams(environment, print));
  teams
    .command("create")
    .description("make a team")
    .argument("<team>", "its name", teamOf)
    .action(async (team: string) => (await load()).createTeamCommand(environment, team, print));
  teams
    .command("delete")
    .description("delete a team; a policy that names it finds nobody in it from then on")
    .argument("<team>", "its name", teamOf)
    .action(async (team: string) => (await load()).deleteTeamCommand(environment, team, print));
  teams
    .command("add")
    .description("put a person into a team")
    .argument("<team>", "its name", teamOf)
    .argument("<email>")
    .action(async (team: string, email: string) =>
      (await load()).changeMember(environment, { team, email, isMember: true }, print),
    );
  teams
    .command("remove")
    .description("take a person out of a team")
    .argument("<team>", "its name", teamOf)
    .argument("<email>")
    .action(async (team: string, email: string) =>
      (await load()).changeMember(environment, { team, email, isMember: false }, print),
    );
}

function parsed<Shape extends z.ZodType<string>>(shape: Shape): (value: string) => string {
  return (value) => {
    const result = shape.safeParse(value);
    if (!result.success) throw new InvalidArgumentError(result.error.issues[0]?.message ?? "is not valid");
    return result.data;
  };
}

function collected(shape: z.ZodType<string>): (value: string, earlier: string[]) => string[] {
  return (value, earlier) => [...earlier, parsed(shape)(value)];
}

const teamOf = parsed(teamNameShape);
