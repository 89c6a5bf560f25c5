import { useStatus } from "../queries/status.ts";
import { Notice } from "./notice.tsx";

/** Says so when Countersign cannot keep all approvals alive; nothing otherwise. */
export function BeatsAtRisk() {
  const { atRisk = 0, fittingHeartbeatSeconds = null } = useStatus()?.heartbeats ?? {};
  if (atRisk === 0) return null;
  const many = new Intl.NumberFormat(undefined).format(atRisk);
  return (
    <Notice
      tone="bad"
      title={`${many} ${atRisk === 1 ? "approval" : "approvals"} may end before anybody decides`}
    >
      <p>
        More heartbeats are needed than Step Functions takes. HeartbeatSeconds of {fittingHeartbeatSeconds} or
        more in the state machines would fit.
      </p>
    </Notice>
  );
}
