import { IconClock } from "@tabler/icons-react";
import { duration, fullTime } from "../lib/time.ts";
import classes from "./countdown.module.css";
import { useNow } from "./use-now.ts";

const soonMs = 15 * 60_000;

/** How long Step Functions will still wait. */
export function Countdown({ at }: { at: string }) {
  const left = Date.parse(at) - useNow(1000);
  return (
    <span className={classes.countdown} data-soon={left < soonMs || undefined}>
      <IconClock size={14} stroke={1.8} aria-hidden="true" />
      <time dateTime={at} title={fullTime(at)}>
        {left <= 0 ? "deadline passed" : `${duration(left)} left`}
      </time>
    </span>
  );
}
