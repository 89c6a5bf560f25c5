import { IconExternalLink } from "@tabler/icons-react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { safeUrl } from "../lib/safe-url.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./link-list.module.css";

/** Links that the task brought. Only http and https become links; each says where it really goes. */
export function LinkList({ links }: { links: ApprovalDetail["links"] }) {
  return (
    <ul className={classes.links}>
      {links.map((link, at) => {
        const url = safeUrl(link.url);
        const title = visibleText(link.title === "" ? link.url : link.title);
        return (
          <li key={at} className={classes.item}>
            {url === null ? (
              <>
                <bdi>{title}</bdi>{" "}
                <span className={classes.where}>{visibleText(link.url)} (no web address, so no link)</span>
              </>
            ) : (
              <>
                <a
                  className={classes.link}
                  href={url.href}
                  target="_blank"
                  rel="noopener noreferrer nofollow"
                >
                  <bdi>{title}</bdi>
                  <IconExternalLink size={14} stroke={1.8} aria-hidden="true" />
                </a>{" "}
                <span className={classes.where}>{url.host}</span>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
