import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./approval-sheet.module.css";
import { AuditList } from "./audit-list.tsx";
import { CheckList } from "./check-list.tsx";
import { CodeBlock } from "./code-block.tsx";
import { CodeValue } from "./code-value.tsx";
import { ExecutionFacts } from "./execution-facts.tsx";
import { Facts } from "./facts.tsx";
import { LinkList } from "./link-list.tsx";
import { PolicySection } from "./policy-section.tsx";
import { Prose } from "./prose.tsx";
import { Section } from "./section.tsx";
import { Timestamp } from "./timestamp.tsx";
import { VoteList } from "./vote-list.tsx";

/** Everything that a person reads before deciding: first what changes, then what was handed over, then where it comes from. */
export function ApprovalSheet({ approval }: { approval: ApprovalDetail }) {
  const { description, repository, commit, ref, requestedBy, links, checks } = approval;
  const { votes, decision, inputText } = approval;
  return (
    <div className={classes.sheet}>
      {description === null || description.trim() === "" ? null : (
        <Section title="Description">
          <div className={classes.description}>
            <Prose text={description} what="description" maxCharacters={5000} />
          </div>
        </Section>
      )}
      <Section title="The change">
        <Facts
          facts={[
            { name: "Repository", value: textOf(repository) },
            { name: "Commit", value: commit === null ? null : <CodeValue text={commit} what="commit" /> },
            { name: "Ref", value: textOf(ref) },
            { name: "Requested by", value: textOf(requestedBy) },
            { name: "Links", value: links.length === 0 ? null : <LinkList links={links} /> },
            { name: "Checks", value: checks.length === 0 ? null : <CheckList checks={checks} /> },
            { name: "Received", value: <Timestamp at={approval.receivedAt} /> },
            {
              name: "Deadline",
              value:
                approval.deadlineAt === null ? null : (
                  <Timestamp at={approval.deadlineAt} told={approval.status === "pending" ? "left" : "no"} />
                ),
            },
          ]}
        />
      </Section>
      {/* One vote that decided, with nothing but a comment, stands under the outcome already. */}
      {votes.length === 0 || (votes.length === 1 && decision !== null && votes[0]?.form === null) ? null : (
        <Section title="Votes">
          <VoteList votes={votes} />
        </Section>
      )}
      <Section title="Policy">
        <PolicySection {...approval} />
      </Section>
      <Section title="Input">
        <CodeBlock text={inputText} what="input" />
      </Section>
      <Section title="Execution">
        <ExecutionFacts approval={approval} />
      </Section>
      <Section title="Audit trail">
        <AuditList filter={{ approval: approval.id }} version={`${approval.version} ${approval.settledAt}`} />
      </Section>
    </div>
  );
}

function textOf(text: string | null) {
  return text === null ? null : <bdi>{visibleText(text)}</bdi>;
}
