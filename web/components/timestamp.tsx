import { localTime, utcTime } from "../lib/time.ts";
import { Age } from "./age.tsx";
import classes from "./timestamp.module.css";

/** Age first, then both clocks in full, for where there is room. */
export function Timestamp({ at }: { at: string }) {
  return (
    <>
      <Age at={at} />
      <span className={classes.clocks}>
        {utcTime(at)} · here {localTime(at)}
      </span>
    </>
  );
}
