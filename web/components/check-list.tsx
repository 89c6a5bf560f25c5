import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { checksInWords } from "../lib/labels.ts";
import { safeUrl } from "../lib/safe-url.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./check-list.module.css";

const icons = { success: IconCircleCheck, pending: IconCircleDashed, failure: IconCircleX };
const words = { success: "Passed", pending: "Pending", failure: "Failed" };

/** What the forge says of the commit: first the sum, then each check. */
export function CheckList({ checks }: { checks: ApprovalDetail["checks"] }) {
  return (
    <div className={classes.checks}>
      <p>{checksInWords(checks)}</p>
      <ul className={classes.list}>
        {checks.map(({ name, state, description, url }, at) => {
          const Icon = icons[state];
          const target = url === null ? null : safeUrl(url);
          return (
            <li key={at} className={classes.check}>
              <Icon
                className={classes.icon}
                data-state={state}
                size={16}
                stroke={2}
                role="img"
                aria-label={words[state]}
              />
              <span>
                {target === null ? (
                  <bdi>{visibleText(name)}</bdi>
                ) : (
                  <a href={target.href} target="_blank" rel="noopener noreferrer nofollow">
                    <bdi>{visibleText(name)}</bdi>
                  </a>
                )}
                {description === null || description === "" ? null : (
                  <span className={classes.description}> {visibleText(description)}</span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
