import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { interval } from "../lib/time.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import { CodeValue } from "./code-value.tsx";
import { Facts } from "./facts.tsx";
import { OtherAttemptLink } from "./other-attempt-link.tsx";

export function ExecutionFacts({ approval }: { approval: ApprovalDetail }) {
  const { executionName, executionArn, state, stateMachineArn, activityArn, retryCount, redriveCount } =
    approval;
  const { previousId, supersededById, executionIsProven } = approval;
  return (
    <Facts
      facts={[
        {
          name: "Name",
          value:
            executionName === null ? (
              "Not known yet"
            ) : (
              <>
                <bdi>{visibleText(executionName)}</bdi>
                {executionIsProven ? null : " (as its input says; its history has not confirmed it yet)"}
              </>
            ),
        },
        {
          name: "ARN",
          value: executionArn === null ? null : <CodeValue text={executionArn} what="execution ARN" />,
        },
        { name: "State", value: state === null ? null : <bdi>{visibleText(state)}</bdi> },
        { name: "Map item", value: approval.mapIndex === null ? null : String(approval.mapIndex + 1) },
        { name: "Attempts", value: attempts(retryCount, redriveCount) },
        {
          name: "Earlier attempt",
          value:
            previousId === null ? null : (
              <OtherAttemptLink id={previousId}>what was asked before</OtherAttemptLink>
            ),
        },
        {
          name: "Newer attempt",
          value:
            supersededById === null ? null : (
              <OtherAttemptLink id={supersededById}>what is asked instead</OtherAttemptLink>
            ),
        },
        { name: "Heartbeat", value: heartbeat(approval) },
        {
          name: "State machine",
          value:
            stateMachineArn === null ? null : <CodeValue text={stateMachineArn} what="state machine ARN" />,
        },
        { name: "Activity", value: <CodeValue text={activityArn} what="activity ARN" /> },
      ]}
    />
  );
}

function attempts(retries: number | null, redrives: number | null): string | null {
  if (retries === null && redrives === null) return null;
  const parts = [retries === null || retries === 0 ? "first try" : `retry ${retries}`];
  if (redrives !== null && redrives > 0)
    parts.push(`redriven ${redrives === 1 ? "once" : `${redrives} times`}`);
  return parts.join(", ");
}

function heartbeat({ heartbeatSeconds, lastBeatAt, status }: ApprovalDetail) {
  if (heartbeatSeconds === null) return "This state asks for none";
  return (
    <>
      At least every {interval(heartbeatSeconds)};{" "}
      {lastBeatAt === null ? (
        status === "pending" ? (
          "none yet"
        ) : (
          "none was sent"
        )
      ) : (
        <>
          last one <Age at={lastBeatAt} />
        </>
      )}
    </>
  );
}
