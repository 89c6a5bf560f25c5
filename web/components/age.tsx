import { ago, fullTime } from "../lib/time.ts";
import { useNow } from "./use-now.ts";

/** "3 minutes ago"; both clocks on hover. */
export function Age({ at }: { at: string }) {
  const now = useNow(5000);
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, now)}
    </time>
  );
}
