import { Badge, Button } from "@mantine/core";
import { useId, useState } from "react";
import type { PersonView } from "../../src/contract/person.ts";
import { visibleText } from "../lib/visible-text.ts";
import badgeClasses from "./badge.module.css";
import { PersonDetails } from "./person-details.tsx";
import classes from "./person-row.module.css";
import type { OneTime } from "./shown-password.tsx";

interface Props {
  person: PersonView;
  onPassword: (made: OneTime) => void;
}

export function PersonRow({ person, onPassword }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const more = useId();
  const { name, email, role, isActive, teams } = person;
  return (
    <li className={classes.person}>
      <div className={classes.line}>
        <div>
          <div className={classes.head}>
            <h3 className={classes.name}>
              <bdi>{visibleText(name)}</bdi>
            </h3>
            <Badge classNames={badgeClasses} data-tone="lapsed" data-plain variant="default">
              {role}
            </Badge>
            {isActive ? null : (
              <Badge classNames={badgeClasses} data-tone="rejected" variant="default">
                Deactivated
              </Badge>
            )}
          </div>
          <p className={classes.address}>{visibleText(email)}</p>
          {teams.length === 0 ? null : (
            <p className={classes.teams}>
              {teams.map((team) => (
                <Badge key={team} classNames={badgeClasses} data-tone="lapsed" variant="default">
                  {team}
                </Badge>
              ))}
            </p>
          )}
        </div>
        <Button
          variant="default"
          size="xs"
          aria-expanded={isOpen}
          aria-controls={more}
          aria-label={`${isOpen ? "Close" : "Manage"} ${name}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? "Close" : "Manage"}
        </Button>
      </div>
      <div id={more} hidden={!isOpen}>
        {isOpen ? <PersonDetails person={person} onPassword={onPassword} /> : null}
      </div>
    </li>
  );
}
