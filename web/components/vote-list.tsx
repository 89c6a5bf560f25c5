import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import { Prose } from "./prose.tsx";
import classes from "./vote-list.module.css";

const classText = { page: null, chat: "in chat", bot: "bot" };

export function VoteList({ votes }: { votes: ApprovalDetail["votes"] }) {
  return (
    <ul className={classes.votes}>
      {votes.map((vote) => (
        <li key={`${vote.actor.id} ${vote.at}`} data-replaced={vote.replaced || undefined}>
          <p>
            <bdi className={classes.name}>{visibleText(vote.actor.name)}</bdi>{" "}
            {classText[vote.class] === null ? null : (
              <span className={classes.class}>({classText[vote.class]}) </span>
            )}
            <span className={classes.verdict} data-verdict={vote.verdict}>
              {vote.verdict === "approve" ? "approves" : "rejects"}
            </span>{" "}
            <span className={classes.when}>
              <Age at={vote.at} />
              {vote.replaced ? ", replaced by a later vote" : ""}
            </span>
          </p>
          {vote.noLongerCounts === null ? null : (
            <p className={classes.alarm}>No longer counts: {visibleText(vote.noLongerCounts)}</p>
          )}
          {vote.breakGlassReason === null ? null : (
            <p className={classes.alarm}>Broke the glass: {visibleText(vote.breakGlassReason)}</p>
          )}
          {vote.comment === null ? null : (
            <div className={classes.comment}>
              <Prose text={vote.comment} what="comment" maxCharacters={1200} />
            </div>
          )}
          <FormValues form={vote.form} />
        </li>
      ))}
    </ul>
  );
}

function FormValues({ form }: { form: unknown }) {
  if (typeof form !== "object" || form === null) return null;
  return (
    <dl className={classes.form}>
      {Object.entries(form).map(([name, value]) => (
        <div key={name}>
          <dt>{visibleText(name)}</dt>
          <dd>{visibleText(typeof value === "string" ? value : JSON.stringify(value))}</dd>
        </div>
      ))}
    </dl>
  );
}
