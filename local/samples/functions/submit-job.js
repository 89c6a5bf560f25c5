import { randomUUID } from "node:crypto";

/** A job is no more than a number of questions after which it has ended; see ask-job.js. */
export const handler = ({ steps = 2, fails = false, away = 0 }) => ({
  id: randomUUID(),
  state: "SUBMITTED",
  left: steps,
  fails,
  away,
});
