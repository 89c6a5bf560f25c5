import classes from "./mark.module.css";

/** Two ticks over a line: signed, and countersigned. */
export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg
      className={classes.mark}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect className={classes.seal} width="32" height="32" rx="8" />
      <path className={classes.first} d="M6.5 15.2 11 20.4 18.6 9.6" />
      <path className={classes.second} d="M13.4 15.2 17.9 20.4 25.5 9.6" />
      <path className={classes.line} d="M6.5 25.2h19" />
    </svg>
  );
}
