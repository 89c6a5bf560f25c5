import { addMember, createTeam, deleteTeam, removeMember } from "../../application/people/change-team.ts";
import { commandLine } from "../../application/people/people-deps.ts";
import { withPeople } from "./with-people.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Print = (line: string) => void;

export async function listTeams(environment: Environment, print: Print): Promise<void> {
  const teams = await withPeople(environment, ({ peopleStore }) => peopleStore.teams());
  for (const { name, members } of teams)
    print(`${name}  ${members.map(({ email }) => email).join(", ") || "(nobody)"}`);
}

export async function createTeamCommand(environment: Environment, team: string, print: Print): Promise<void> {
  await withPeople(environment, (deps) => createTeam(deps, commandLine, team));
  print(`created: ${team}`);
}

export async function deleteTeamCommand(environment: Environment, team: string, print: Print): Promise<void> {
  await withPeople(environment, (deps) => deleteTeam(deps, commandLine, team));
  print(`deleted: ${team}`);
}

export async function changeMember(
  environment: Environment,
  { team, email, isMember }: { team: string; email: string; isMember: boolean },
  print: Print,
): Promise<void> {
  const change = isMember ? addMember : removeMember;
  await withPeople(environment, (deps) => change(deps, commandLine, team, email));
  print(isMember ? `${email} is in ${team}` : `${email} is not in ${team} any more`);
}
