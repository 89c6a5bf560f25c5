import { Button, NativeSelect } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import type { PersonView } from "../../src/contract/person.ts";
import type { TeamView } from "../../src/contract/team.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useDeleteTeam, useSetMember } from "../queries/people.ts";
import { ConfirmAction } from "./confirm-action.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import rowClasses from "./person-row.module.css";
import classes from "./team-row.module.css";

interface Props {
  team: TeamView;
  /** Everybody; those who are no members can be added. */
  people: readonly PersonView[];
}

export function TeamRow({ team, people }: Props) {
  const [isDeleting, setIsDeleting] = useState(false);
  const member = useSetMember(team.name);
  const remove = useDeleteTeam(team.name);
  const failed = member.error ?? remove.error;
  return (
    <li className={rowClasses.person}>
      <div className={rowClasses.line}>
        <h3 className={rowClasses.name}>{team.name}</h3>
        {isDeleting ? null : (
          <Button
            variant="default"
            size="xs"
            aria-label={`Delete ${team.name}`}
            onClick={() => setIsDeleting(true)}
          >
            Delete
          </Button>
        )}
      </div>
      {failed === null ? null : <ErrorNotice error={failed} />}
      {isDeleting ? (
        <div className={rowClasses.more}>
          <ConfirmAction
            ask={`Delete the team ${team.name}?`}
            confirm="Confirm deletion"
            color="wax"
            sending={remove.isPending}
            onConfirm={() => remove.mutate()}
            onBack={() => setIsDeleting(false)}
          >
            <p>A policy that names it finds nobody in it from then on. Its people stay.</p>
          </ConfirmAction>
        </div>
      ) : null}
      {team.members.length === 0 ? <p className={rowClasses.address}>Nobody is in it.</p> : null}
      <ul className={classes.members}>
        {team.members.map((person) => (
          <li key={person.id} className={classes.member}>
            <span className={classes.who}>
              <bdi>{visibleText(person.name)}</bdi>
              <span className={rowClasses.address}>
                {visibleText(person.email)}
                {person.isActive ? "" : " · deactivated"}
                {person.fromGroup ? " · by a group" : ""}
              </span>
            </span>
            <Button
              variant="subtle"
              size="xs"
              aria-label={`Remove ${person.name} from ${team.name}`}
              loading={member.isPending && member.variables.personId === person.id}
              onClick={() => member.mutate({ personId: person.id, isMember: false })}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <AddMember
        team={team}
        people={people}
        onAdd={(personId) => member.mutate({ personId, isMember: true })}
      />
    </li>
  );
}

function AddMember({ team, people, onAdd }: Props & { onAdd: (personId: string) => void }) {
  const [chosen, setChosen] = useState("");
  const others = people.filter(
    ({ id, isActive }) => isActive && !team.members.some((each) => each.id === id),
  );
  if (others.length === 0) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (chosen === "") return;
    onAdd(chosen);
    setChosen("");
  };
  return (
    <form className={rowClasses.inline} onSubmit={submit}>
      <NativeSelect
        aria-label={`Somebody to add to ${team.name}`}
        data={[
          { value: "", label: "Somebody to add" },
          ...others.map(({ id, name, email }) => ({ value: id, label: `${visibleText(name)} (${email})` })),
        ]}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={chosen === ""} aria-label={`Add to ${team.name}`}>
        Add
      </Button>
    </form>
  );
}
