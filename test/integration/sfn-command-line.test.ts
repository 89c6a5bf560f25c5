import { CreateActivityCommand, GetActivityTaskCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { until } from "../support/until.ts";

/** One running `countersign sfn serve`, for all the commands that work beside it. */
let folder = "";
let url = "";
let endpoint: CountersignProcess;

const serve = async (args: readonly string[] = []) => {
  const port = await freePort();
  const process = startCountersign(["sfn", "serve", "--port", String(port), ...args], {}, { cwd: folder });
  await process.says("is ready");
  return { process, url: `http://127.0.0.1:${port}` };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-sfn-"));
  const functions = ["--functions", projectFile("local/samples/functions.yaml")];
  ({ process: endpoint, url } = await serve(functions));
});

afterAll(async () => {
  await endpoint.kill("SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

/** Runs `countersign sfn …` to its end. */
async function sfn(...args: string[]) {
  const command = startCountersign(["sfn", ...args], { AWS_ENDPOINT_URL_SFN: url }, { cwd: folder });
  const code = await command.ended();
  return { code, stdout: command.stdout(), output: command.output() };
}

const sample = (name: string) => projectFile(`local/samples/${name}.asl.json`);
const arn = (type: string, name: string) => `arn:aws:states:us-east-1:123456789012:${type}:${name}`;

describe("countersign sfn serve", () => {
  it("says where it listens and what to export", async () => {
    const wanted = `AWS_ENDPOINT_URL_SFN=${url} AWS_ENDPOINT_URL_SQS=${url}`;
    await until("its lines are there", () => endpoint.stdout().includes(wanted));
  });

  it("refuses a port that is taken, in words", async () => {
    const { code, output } = await sfn("serve", "--no-folder", "--port", new URL(url).port);
    expect(code).toBe(1);
    expect(output).toMatch(/is taken .*--port/);
  });

  it("answers open polls when it is told to stop, and ends with 0", async () => {
    const other = await serve(["--no-folder", "--region", "eu-central-1", "--account", "210987654321"]);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new SFNClient({
      endpoint: other.url,
      region: "eu-central-1",
      credentials,
      maxAttempts: 1,
    });
    const { activityArn } = await client.send(new CreateActivityCommand({ name: "review" }));
    expect(activityArn).toBe("arn:aws:states:eu-central-1:210987654321:activity:review");
    const poll = client.send(new GetActivityTaskCommand({ activityArn }));
    // The second call is answered after the poll has arrived: both come on connections of the same client, in order.
    await client.send(new CreateActivityCommand({ name: "other" }));
    const ended = other.process.kill("SIGTERM");
    expect((await poll).taskToken).toBeUndefined();
    expect(await ended).toEqual({ code: 0, signal: null });
    client.destroy();
  });

  it("goes on after kill -9 where it was, from a folder that git does not see", async () => {
    const data = ["--folder", join(folder, "kept")];
    const first = await serve(data);
    const at = (base: string) => ({ AWS_ENDPOINT_URL_SFN: base });
    const run = async (base: string, ...args: string[]) => {
      const command = startCountersign(["sfn", ...args], at(base), { cwd: folder });
      await command.ended();
      return command.output();
    };
    await run(first.url, "create", "-f", sample("release-notes"));
    await run(
      first.url,
      "start",
      "--machine",
      "release-notes",
      "--name",
      "kept",
      "--input",
      '{"release": "1.4"}',
    );
    const second = startCountersign(["sfn", "serve", "--port", "0", ...data], {}, { cwd: folder });
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(`belongs to the process ${first.process.child.pid}`);
    await first.process.kill("SIGKILL");
    const next = await serve(data);
    const ends = async () => (await run(next.url, "history", "kept")).includes("SUCCEEDED");
    await until("the execution has ended", ends);
    expect(await readFile(join(folder, "kept", ".gitignore"), "utf8")).toBe("*\n");
    expect(await next.process.kill("SIGTERM")).toEqual({ code: 0, signal: null });
  });

  it("refuses functions that it cannot read", async () => {
    const { code, output } = await sfn("serve", "--port", "0", "--functions", "nowhere.yaml");
    expect(code).toBe(1);
    expect(output).toMatch(/nowhere\.yaml: neither NAME=URL\|module nor a file/);
  });
});

describe("countersign sfn create", () => {
  it("prints the ARN alone on standard output; the second time it updates", async () => {
    const first = await sfn("create", "-f", sample("hello"));
    expect(first).toMatchObject({ code: 0, stdout: `${arn("stateMachine", "hello")}\n` });
    expect(first.output).toContain("created the state machine hello");
    const second = await sfn("create", "-f", sample("hello"));
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    expect(second.output).toContain("updated the state machine hello");
  });

  it("makes the activities and queues that the definition names", async () => {
    const substitute = ["--substitute", `activityArn=${arn("activity", "po-approval")}`];
    const deploy = await sfn("create", "-f", sample("deploy"), ...substitute);
    expect(deploy.output).toContain("created the activity po-approval");
    const callback = await sfn("create", "-f", sample("queue-callback"));
    expect(callback.output).toContain("created the queue questions");
    const again = await sfn("create", "-f", sample("queue-callback"), "--name", "again");
    expect(again).toMatchObject({ code: 0, stdout: `${arn("stateMachine", "again")}\n` });
    expect(again.output).not.toContain("queue");
  });

  it("says when an activity belongs to another account", async () => {
    const file = join(folder, "foreign.asl.json");
    const foreign = "arn:aws:states:eu-west-1:111111111111:activity:review";
    const state = { Type: "Task", Resource: foreign, End: true };
    await writeFile(file, JSON.stringify({ StartAt: "Ask", States: { Ask: state } }));
    const { code, output } = await sfn("create", "-f", file);
    expect(code).toBe(0);
    expect(output).toContain(`names ${foreign}, but this endpoint's is ${arn("activity", "review")}`);
  });

  it("lists every fault of a definition with its line and place, and creates nothing", async () => {
    const file = join(folder, "wrong.asl.json");
    const lines = [
      '{ "StartAt": "Ask",',
      '  "States": {',
      '    "Ask": { "Type": "Task",',
      '      "Resource": "${reviewers}", "End": true },',
      '    "Wait": { "Type": "Wait", "Next": "Ask" } } }',
    ];
    await writeFile(file, lines.join("\n"));
    const { code, output, stdout } = await sfn("create", "-f", sample("map"), file);
    expect([code, stdout]).toEqual([1, ""]);
    expect(output).toContain("line 3, /States/Ask: Value is not a valid resource ARN: ${reviewers}");
    expect(output).toContain("line 5, /States/Wait: Exactly one of these fields is required");
    expect(output).toContain("--substitute reviewers=VALUE");
    expect((await sfn("list")).stdout).not.toMatch(/^map /m);
  });

  it("names the line where a file stops being JSON, and of a fault in YAML", async () => {
    const broken = join(folder, "broken.json");
    await writeFile(broken, '{\n  "StartAt": "A",\n  "States": true,\n}');
    expect((await sfn("create", "-f", broken)).output).toContain("line 4: Expected");
    const yaml = join(folder, "greeting.asl.yaml");
    await writeFile(yaml, "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Nowhere\n");
    expect((await sfn("create", "-f", yaml)).output).toContain("line 5, /States/A/Next:");
    await writeFile(yaml, "StartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n");
    expect((await sfn("create", "-f", yaml)).stdout).toBe(`${arn("stateMachine", "greeting")}\n`);
  });
});

describe("countersign sfn start", () => {
  it("with --wait prints ARN, status and output, and ends with 0 for what succeeds", async () => {
    await sfn("create", "-f", sample("hello"));
    const input = join(folder, "input.json");
    await writeFile(input, '{"name": "Ada"}');
    const args = ["--machine", "hello", "--name", "greeting", "--input", `@${input}`, "--wait"];
    expect(await sfn("start", ...args)).toMatchObject({
      code: 0,
      stdout: `${arn("execution", "hello:greeting")}\nSUCCEEDED\n{"greeting":"Hello, Ada!"}\n`,
    });
  });

  it("ends with 1 for what fails, and prints why", async () => {
    await sfn("create", "-f", sample("job-poller"));
    const input = '{"everySeconds": 0, "steps": 1, "fails": true}';
    const { code, stdout } = await sfn("start", "--machine", "job-poller", "--input", input, "--wait");
    expect(code).toBe(1);
    expect(stdout).toMatch(/\nFAILED\nJobFailed: the disk was full\n$/);
  });

  it("refuses in words: no such machine, no JSON, a name that is taken, nothing that answers", async () => {
    await sfn("create", "-f", sample("hello"));
    const unknown = await sfn("start", "--machine", "nobody");
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining("it has: ") as string]);
    const noJson = await sfn("start", "--machine", "hello", "--input", "{name: Ada}");
    expect([noJson.code, noJson.output]).toEqual([
      1,
      expect.stringContaining("--input is no JSON") as string,
    ]);
    const named = (name: string) =>
      sfn("start", "--machine", "hello", "--name", "taken", "--input", `{"name":"${name}"}`);
    expect((await named("Ada")).code).toBe(0);
    expect((await named("Bob")).output).toContain("Execution Already Exists");
    const nothing = startCountersign(["sfn", "list"], { AWS_ENDPOINT_URL_SFN: "http://127.0.0.1:9" });
    expect(await nothing.ended()).toBe(1);
    expect(nothing.output()).toMatch(
      /^Nothing answers at http:\/\/127\.0\.0\.1:9 .*\n.*countersign sfn serve/,
    );
  });
});

describe("countersign sfn history", () => {
  it("is a table with the state of each event, by the execution's name", async () => {
    await sfn("create", "-f", sample("chain"));
    const input = '{"customer": "Ada", "items": [{"article": "mug", "count": 40}]}';
    await sfn("start", "--machine", "chain", "--name", "refused", "--input", input, "--wait");
    const { code, stdout } = await sfn("history", "refused");
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/:execution:chain:refused {2}SUCCEEDED after \d/);
    expect(lines[1]).toMatch(/^ID +SINCE START +TYPE +STATE +DETAIL$/);
    expect(lines[2]).toMatch(/^1 +0\.000 s +ExecutionStarted +input \{"customer"/);
    expect(lines.find((line) => line.includes("LambdaFunctionFailed"))).toMatch(/ Book +CreditExceeded: /);
    expect(lines.at(-1)).toMatch(/ExecutionSucceeded +output \{"customer":"Ada","refused"/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(200);
  });

  it("goes through all pages, and gives all of it with --json", async () => {
    const loop = join(folder, "loop.asl.yaml");
    await writeFile(
      loop,
      `
StartAt: Count
QueryLanguage: JSONata
States:
  Count: { Type: Pass, Output: { n: "{% $states.input.n + 1 %}" }, Next: Enough }
  Enough: { Type: Choice, Choices: [{ Condition: "{% $states.input.n < 600 %}", Next: Count }], Default: Done }
  Done: { Type: Succeed }
`,
    );
    await sfn("create", "-f", loop);
    await sfn("start", "--machine", "loop", "--name", "long", "--input", '{"n": 0}', "--wait");
    const { stdout } = await sfn("history", "long", "--json");
    const events = JSON.parse(stdout) as { id: number; type: string }[];
    expect(events.at(-1)).toMatchObject({ id: events.length, type: "ExecutionSucceeded" });
    expect(events.length).toBeGreaterThan(2_400);
  });

  it("says when there is no such execution, and when there are several", async () => {
    const none = await sfn("history", "nobody");
    expect([none.code, none.output]).toEqual([1, expect.stringContaining("no execution nobody") as string]);
    const gone = await sfn("history", arn("execution", "hello:nobody"));
    expect([gone.code, gone.output]).toEqual([
      1,
      expect.stringContaining("Execution Does Not Exist") as string,
    ]);
    for (const machine of ["twin-1", "twin-2"]) {
      await sfn("create", "-f", sample("hello"), "--name", machine);
      await sfn("start", "--machine", machine, "--name", "same", "--input", '{"name": "Ada"}');
    }
    const several = await sfn("history", "same");
    expect([several.code, several.output]).toEqual([1, expect.stringContaining("--machine") as string]);
    expect((await sfn("history", "same", "--machine", "twin-2")).stdout).toContain("execution:twin-2:same");
  });
});

describe("countersign sfn list", () => {
  it("lists machines, and the executions of one", async () => {
    await sfn("create", "-f", sample("hello"), "--name", "listed");
    await sfn("start", "--machine", "listed", "--name", "one", "--input", '{"name": "Ada"}', "--wait");
    expect((await sfn("list")).stdout).toMatch(/^listed +arn:aws:states:\S+:listed$/m);
    expect((await sfn("list", "--machine", "listed")).stdout).toMatch(
      /^one +SUCCEEDED +\d{4}-\S+Z +\d\.\d{3} s$/m,
    );
  });
});
