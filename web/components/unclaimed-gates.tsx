import { visibleText } from "../lib/visible-text.ts";
import { useUnclaimedGates } from "../queries/unclaimed-gates.ts";
import { Age } from "./age.tsx";
import { Notice } from "./notice.tsx";

const shown = 5;

/** Says which executions wait at an activity that nobody polls; nothing if there is none. */
export function UnclaimedGates() {
  const gates = useUnclaimedGates();
  if (gates === null || gates.total === 0) return null;
  const many = new Intl.NumberFormat(undefined).format(gates.total);
  return (
    <Notice
      tone="warn"
      title={`${many} ${gates.total === 1 ? "task waits" : "tasks wait"} at an activity, and nobody takes ${gates.total === 1 ? "it" : "them"}`}
    >
      <ul>
        {gates.items.slice(0, shown).map((gate) => (
          <li key={`${gate.executionArn} ${gate.state ?? ""} ${gate.waitingSince}`}>
            <bdi>{visibleText(gate.executionName)}</bdi>
            {gate.state === null ? null : (
              <>
                {" "}
                at <bdi>{visibleText(gate.state)}</bdi>
              </>
            )}
            , activity <bdi>{visibleText(gate.activityArn.slice(gate.activityArn.lastIndexOf(":") + 1))}</bdi>
            , <Age at={gate.waitingSince} />
            {gate.activityIsConfigured
              ? ": its pollers do not take it"
              : ": countersign.yaml does not name it"}
          </li>
        ))}
      </ul>
      {gates.total > shown ? (
        <p>And {new Intl.NumberFormat(undefined).format(gates.total - shown)} more.</p>
      ) : null}
    </Notice>
  );
}
