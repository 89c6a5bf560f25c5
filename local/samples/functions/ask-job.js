class ServiceAway extends Error {
  name = "ServiceAway";
}

const calls = new Map();

/** Brings the job one step further; for the first `away` calls after a step the service does not answer. */
export const handler = (job) => {
  const key = `${job.id} ${job.left}`;
  const call = (calls.get(key) ?? 0) + 1;
  calls.set(key, call);
  if (call <= job.away) throw new ServiceAway("try again in a moment");
  if (job.left > 1) return { ...job, state: "RUNNING", left: job.left - 1 };
  return job.fails
    ? { ...job, left: 0, state: "FAILED", reason: "the disk was full" }
    : { ...job, left: 0, state: "SUCCEEDED" };
};
