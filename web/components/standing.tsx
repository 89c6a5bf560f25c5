import { IconCheck } from "@tabler/icons-react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { opensTooLate, stillNeeded, whoCan, withoutWindow } from "../lib/standing.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Countdown } from "./countdown.tsx";
import classes from "./standing.module.css";
import { Timestamp } from "./timestamp.tsx";

type Props = Pick<ApprovalDetail, "progress" | "standing" | "policy" | "deadlineAt">;

/** How far the approvals are, who is still needed, who can, and what time will bring. */
export function Standing(approval: Props) {
  const { progress, standing, policy } = approval;
  if (progress === null || standing === null) return null;
  const isTooLate = opensTooLate(approval);
  const { needed, awaitsWindow, isOpen, opensAt, escalations, timeoutRejection } = standing;
  return (
    <div className={classes.standing}>
      <p className={classes.count}>
        <span className={classes.pips} aria-hidden="true">
          {Array.from({ length: Math.min(progress.required, 12) }, (_, index) => (
            <span key={index} className={classes.pip} data-filled={index < progress.have || undefined} />
          ))}
        </span>
        {progress.have} of {progress.required} {progress.required === 1 ? "approval" : "approvals"}
      </p>
      {needed.groups.length === 0 ? null : (
        <ul className={classes.groups}>
          {needed.groups.map(({ team, required, have, missing }) => (
            <li key={team} className={classes.group} data-done={missing === 0 || undefined}>
              <span>
                <bdi className={classes.team}>{visibleText(team)}</bdi>
                {missing === 0 ? null : <span className={classes.missing}> still missing</span>}
              </span>
              <span className={classes.have}>
                {missing === 0 ? <IconCheck size={15} stroke={2.2} aria-hidden="true" /> : null}
                {have} of {required}
              </span>
            </li>
          ))}
        </ul>
      )}
      {isTooLate ? (
        <p className={classes.strong}>{withoutWindow(approval)}</p>
      ) : awaitsWindow ? (
        <p className={classes.strong}>Enough have approved. It is decided when the window opens.</p>
      ) : (
        <p>
          {stillNeeded(standing)} {whoCan(standing)}
        </p>
      )}
      {policy.isProvisional ? (
        <p className={classes.dim}>
          Which policy holds, and who was involved, depends on the execution, whose history is being read.
          Nothing is decided until then.
        </p>
      ) : null}
      {isOpen || opensAt === null ? null : (
        <div className={classes.time}>
          <p className={classes.strong}>Opens</p>
          <p>
            <Timestamp at={opensAt} told="no" />
          </p>
        </div>
      )}
      {escalations
        .filter(({ isDue }) => !isDue && !isTooLate)
        .slice(0, 1)
        .map(({ at, team }) => (
          <p key={at} className={classes.dim}>
            Until team <bdi>{visibleText(team)}</bdi> may stand in: <Countdown at={at} />
          </p>
        ))}
      {timeoutRejection === null ? null : (
        <p className={classes.dim}>
          Rejected by itself if nobody decides: <Countdown at={timeoutRejection.at} />
        </p>
      )}
    </div>
  );
}
