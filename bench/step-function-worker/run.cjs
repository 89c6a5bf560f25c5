// Takes so many tasks from an endpoint with step-function-worker and prints how many a second that were.
const { performance } = require("node:perf_hooks");
const StepFunctionWorker = require("step-function-worker");

const [endpoint, region, activityArn, tasks] = process.argv.slice(2);
const startedAt = performance.now();
let done = 0;
const worker = new StepFunctionWorker({
  activityArn,
  workerName: "bench",
  taskConcurrency: 50,
  poolConcurrency: 50,
  awsConfig: { endpoint, region, accessKeyId: "bench", secretAccessKey: "bench" },
  fn(input, callback) {
    callback(null, {});
  },
});
worker.on("success", () => {
  done += 1;
  if (done < Number(tasks)) return;
  console.log(Number(tasks) / ((performance.now() - startedAt) / 1000));
  process.exit();
});
worker.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
