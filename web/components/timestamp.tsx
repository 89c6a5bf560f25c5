import { localTime, utcTime } from "../lib/time.ts";
import { Age } from "./age.tsx";
import { Countdown } from "./countdown.tsx";
import classes from "./timestamp.module.css";

/** Age first, or what is left; then both clocks in full, for where there is room. */
export function Timestamp({ at, ahead = false }: { at: string; ahead?: boolean }) {
  const local = localTime(at);
  return (
    <>
      {ahead ? <Countdown at={at} /> : <Age at={at} />}
      <span className={classes.clock}>{utcTime(at)}</span>
      {local === null ? null : <span className={classes.clock}>{local}</span>}
    </>
  );
}
