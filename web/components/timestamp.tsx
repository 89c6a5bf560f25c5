import { localTime, utcTime } from "../lib/time.ts";
import { Age } from "./age.tsx";
import { Countdown } from "./countdown.tsx";
import classes from "./timestamp.module.css";

interface Props {
  at: string;
  /** What stands before the clocks: how long ago, how long to go, or nothing. */
  told?: "age" | "left" | "no";
}

/** A time in full, for where there is room. */
export function Timestamp({ at, told = "age" }: Props) {
  const local = localTime(at);
  return (
    <>
      {told === "age" ? <Age at={at} /> : told === "left" ? <Countdown at={at} /> : null}
      <span className={classes.clock} data-first={told === "no" || undefined}>
        {utcTime(at)}
      </span>
      {local === null ? null : <span className={classes.clock}>{local}</span>}
    </>
  );
}
