import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { excludedPeople, involvement, listOf, opensTooLate } from "../lib/standing.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Notice } from "./notice.tsx";
import classes from "./policy-section.module.css";
import { Timestamp } from "./timestamp.tsx";

type Props = Pick<ApprovalDetail, "policy" | "standing" | "excluded" | "deadlineAt">;

/** Every rule that holds and the policy that it comes from; who is excluded; what time brings. */
export function PolicySection({ policy, standing, excluded, deadlineAt }: Props) {
  // Nothing comes of standing in while the window stays shut.
  const ahead = opensTooLate({ standing, deadlineAt }) ? "no" : "left";
  return (
    <div className={classes.policy}>
      {policy.notes.map((note) => (
        <Notice
          key={note}
          tone="warn"
          title="Not all that the rules need to know could be read from the task"
        >
          <p>{visibleText(note)}</p>
        </Notice>
      ))}
      {policy.lacksAuthors && standing !== null ? (
        <Notice tone="warn" title="Who made the merged commits is not known yet">
          <p>
            Their authors are not excluded until the forge has told of the push. If it never does, have the
            webhook send pushes as well as pull requests.
          </p>
        </Notice>
      ) : null}
      <ul className={classes.rules}>
        {together(policy.rules).map(({ rule, text, from }) => (
          <li key={`${rule} ${text} ${from.join()}`} className={classes.rule}>
            <span dir="auto">{visibleText(text)}</span>
            <span className={classes.from}>{from.map((name) => visibleText(name)).join(", ")}</span>
          </li>
        ))}
      </ul>
      {excluded.length === 0 ? null : (
        <p>
          <strong>Excluded:</strong>{" "}
          {excludedPeople(excluded).map(({ who, did }, at) => (
            <span key={did.join()}>
              {at === 0 ? "" : "; "}
              <bdi>{listOf(who.map((each) => visibleText(each)))}</bdi> ({listOf(did)})
            </span>
          ))}
        </p>
      )}
      {standing === null ||
      (standing.escalations.length === 0 && standing.timeoutRejection === null) ? null : (
        <ul className={classes.times}>
          {standing.escalations.map(({ at, team, isDue }) => (
            <li key={`${at} ${team}`}>
              Team <bdi>{visibleText(team)}</bdi> {isDue ? "may stand in since" : "may stand in from"}{" "}
              <Timestamp at={at} told={isDue ? "age" : ahead} />
            </li>
          ))}
          {standing.timeoutRejection === null ? null : (
            <li>
              Rejected by Countersign (“{visibleText(standing.timeoutRejection.reason)}”){" "}
              <Timestamp at={standing.timeoutRejection.at} told="left" />
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

type Rules = ApprovalDetail["policy"]["rules"];

/** The five exclusions that most policies have are one line. */
function together(rules: Rules): Rules {
  const exclusions = rules.filter(({ rule }) => rule === "exclude");
  const [first] = exclusions;
  const alike = exclusions.every(({ from }) => from.join("\n") === first?.from.join("\n"));
  if (first === undefined || !alike || exclusions.length < Object.keys(involvement).length) return rules;
  const text = "Whoever requested, wrote, committed, co-wrote or pushed it does not decide";
  return rules.flatMap((each) =>
    each === first ? [{ ...each, text }] : each.rule === "exclude" ? [] : [each],
  );
}
