import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./decision-block.module.css";
import { Prose } from "./prose.tsx";
import { Timestamp } from "./timestamp.tsx";

type Decision = NonNullable<ApprovalDetail["decision"]>;

/** The signature under the request. */
export function DecisionBlock({ decision }: { decision: Decision }) {
  return (
    <div className={classes.block} data-verdict={decision.verdict}>
      <p className={classes.verdict}>{decision.verdict === "approve" ? "Approved by" : "Rejected by"}</p>
      <p className={classes.signature}>
        {decision.decidedBy.map((actor) => (
          <span key={actor.id}>
            <bdi>{visibleText(actor.name)}</bdi>
            {actor.kind === "person" ? null : <span className={classes.kind}> ({actor.kind})</span>}
          </span>
        ))}
      </p>
      <div className={classes.when}>
        <Timestamp at={decision.decidedAt} />
      </div>
      {decision.breakGlassReason === null ? null : (
        <div className={classes.alarm}>
          <p className={classes.alarmTitle}>Decided alone by break-glass</p>
          <Prose text={decision.breakGlassReason} what="reason" maxCharacters={1000} />
        </div>
      )}
      {decision.comment === null || decision.comment === decision.breakGlassReason ? null : (
        <blockquote className={classes.comment}>
          <Prose text={decision.comment} what="comment" maxCharacters={1200} />
        </blockquote>
      )}
    </div>
  );
}
