import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import { Prose } from "./prose.tsx";
import classes from "./vote-list.module.css";

export function VoteList({ votes }: { votes: ApprovalDetail["votes"] }) {
  return (
    <ul className={classes.votes}>
      {votes.map((vote) => (
        <li key={`${vote.actor.id} ${vote.at}`}>
          <p>
            <bdi className={classes.name}>{visibleText(vote.actor.name)}</bdi>{" "}
            <span className={classes.verdict} data-verdict={vote.verdict}>
              {vote.verdict === "approve" ? "approves" : "rejects"}
            </span>{" "}
            <span className={classes.when}>
              <Age at={vote.at} />
            </span>
          </p>
          {vote.comment === null ? null : (
            <div className={classes.comment}>
              <Prose text={vote.comment} what="comment" maxCharacters={1200} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
