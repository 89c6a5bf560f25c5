import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectFile } from "../../src/project-file.ts";
import type { Harness } from "./step-functions/harness.ts";
import { untilEnd, withSamples } from "./with-samples.ts";

const types = async (sfn: Harness, executionArn: string) =>
  (await sfn.history(executionArn)).map(({ type }) => type);

describe("the samples", () => {
  it("hello greets whom its input names", async () => {
    await using samples = await withSamples("hello");
    expect(await samples.run("hello", { name: "Ada" })).toEqual({
      status: "SUCCEEDED",
      output: { greeting: "Hello, Ada!" },
    });
  });

  it("hello without a name fails where the path leads nowhere", async () => {
    await using samples = await withSamples("hello");
    expect(await samples.run("hello", {})).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it("chain hands each function what the one before it answered", async () => {
    await using samples = await withSamples("chain");
    const items = [
      { article: "tea", count: 2 },
      { article: "mug", count: 4 },
    ];
    expect(await samples.run("chain", { customer: "Ada", items })).toEqual({
      status: "SUCCEEDED",
      output: { booked: true, customer: "Ada", amount: 51.3 },
    });
  });

  it("chain tells a refused order by the error that its function threw", async () => {
    await using samples = await withSamples("chain");
    const items = [{ article: "mug", count: 40 }];
    expect(await samples.run("chain", { customer: "Ada", items })).toEqual({
      status: "SUCCEEDED",
      output: { customer: "Ada", refused: "CreditExceeded", why: "Ada may spend 100" },
    });
  });

  it("parallel gives the results in the order of its branches, whoever was first", async () => {
    await using samples = await withSamples("parallel");
    expect(await samples.run("parallel", { release: "1.4", megabytes: 120 })).toMatchObject({
      status: "SUCCEEDED",
      output: {
        checks: [
          { check: "licences", passed: true },
          { check: "smoke", passed: true, release: "1.4" },
          { check: "size", passed: true },
        ],
      },
    });
  });

  it("parallel ends its other branches when one fails", async () => {
    await using samples = await withSamples("parallel");
    const arn = await samples.start("parallel", { release: "1.4", megabytes: 420 });
    expect(await untilEnd(samples.sfn, arn)).toEqual({
      status: "SUCCEEDED",
      output: { release: "1.4", todo: "The image is larger than 250 MB." },
    });
    expect(await types(samples.sfn, arn)).toContain("WaitStateAborted");
  });

  it("pass shows all that a Pass state can do with data", async () => {
    await using samples = await withSamples("pass");
    const items = [
      { name: "tea", price: 4.5 },
      { name: "mug", price: 12 },
    ];
    expect(await samples.run("pass", { order: { id: "o-17", tags: "new,gift", items } })).toEqual({
      status: "SUCCEEDED",
      output: {
        order: "o-17",
        machine: "pass",
        count: 2,
        first: "tea",
        net: 16.5,
        tags: ["new", "gift"],
        rate: 0.19,
        // printf o-17 | sha256sum
        fingerprint: "65b4898b",
      },
    });
  });

  it("map does the same for each item", async () => {
    await using samples = await withSamples("map");
    expect(await samples.run("map", { regions: ["eu", "us"] })).toEqual({
      status: "SUCCEEDED",
      output: ["rolling out to eu", "rolling out to us"],
    });
  });

  it("map-advanced selects what an item sees, retries a busy region and skips an empty one", async () => {
    await using samples = await withSamples("map-advanced");
    const regions = [
      { name: "eu", weight: 2 },
      { name: "busy-us", weight: 1 },
      { name: "empty", weight: 0 },
    ];
    const arn = await samples.start("map-advanced", { release: "1.4", regions });
    expect(await untilEnd(samples.sfn, arn)).toEqual({
      status: "SUCCEEDED",
      output: [
        { region: "eu", state: "deployed", release: "1.4", index: 0 },
        { region: "busy-us", state: "deployed", release: "1.4", index: 1 },
        { region: "empty", state: "skipped" },
      ],
    });
    const history = await types(samples.sfn, arn);
    expect(history.filter((type) => type === "LambdaFunctionFailed")).toHaveLength(1);
  });

  it("map-advanced finishes the other regions before it fails for one that is down", async () => {
    await using samples = await withSamples("map-advanced");
    const regions = [
      { name: "down-us", weight: 1 },
      { name: "eu", weight: 2 },
    ];
    const arn = await samples.start("map-advanced", { release: "1.5", regions });
    expect(await untilEnd(samples.sfn, arn)).toEqual({
      status: "FAILED",
      error: "RollOutIncomplete",
      cause: '["down-us"] did not get 1.5',
    });
    expect(await types(samples.sfn, arn)).toContain("LambdaFunctionSucceeded");
  });

  it("job-poller asks until the job is done, and asks again when the service is away", async () => {
    await using samples = await withSamples("job-poller");
    const arn = await samples.start("job-poller", { everySeconds: 30, steps: 3, away: 1 });
    expect(await untilEnd(samples.sfn, arn)).toMatchObject({
      status: "SUCCEEDED",
      output: { state: "SUCCEEDED", left: 0 },
    });
    const history = await types(samples.sfn, arn);
    expect(history.filter((type) => type === "WaitStateEntered")).toHaveLength(3);
    expect(history.filter((type) => type === "LambdaFunctionFailed")).toHaveLength(3);
  });

  it("job-poller fails with the job, and with a service that stays away", async () => {
    await using samples = await withSamples("job-poller");
    expect(await samples.run("job-poller", { everySeconds: 5, steps: 1, fails: true })).toEqual({
      status: "FAILED",
      error: "JobFailed",
      cause: "the disk was full",
    });
    expect(await samples.run("job-poller", { everySeconds: 5, away: 9 })).toMatchObject({
      status: "FAILED",
      error: "ServiceAway",
    });
  });
});

describe("the nested samples", () => {
  it("nested-request goes on at once and names the child, which runs by itself", async () => {
    await using samples = await withSamples("release-notes", "nested-request");
    const { output } = await samples.run("nested-request", { release: "1.4" });
    const { started } = output as { started: string };
    expect(started).toContain(":execution:release-notes:");
    expect(await untilEnd(samples.sfn, started)).toEqual({
      status: "SUCCEEDED",
      output: { notes: "What is new in 1.4" },
    });
  });

  it("nested-sync waits for the child and takes its output, or does without when it fails", async () => {
    await using samples = await withSamples("release-notes", "nested-sync");
    expect(await samples.run("nested-sync", { release: "1.4" })).toEqual({
      status: "SUCCEEDED",
      output: { status: "SUCCEEDED", notes: "What is new in 1.4" },
    });
    expect(await samples.run("nested-sync", {})).toEqual({
      status: "SUCCEEDED",
      output: { status: "FAILED", notes: "none" },
    });
  });

  it("nested-callback waits until the child answers with its token, either way", async () => {
    await using samples = await withSamples("review", "nested-callback");
    expect(await samples.run("nested-callback", { text: "one two three" })).toEqual({
      status: "SUCCEEDED",
      output: { words: 3 },
    });
    expect(await samples.run("nested-callback", { text: "one two" })).toEqual({
      status: "FAILED",
      error: "TooShort",
      cause: "2 words are no text.",
    });
  });
});

it("docs/local-step-functions.md has a line for each sample", () => {
  const page = readFileSync(projectFile("docs/local-step-functions.md"), "utf8");
  const names = readdirSync(projectFile("local/samples")).filter((name) => name.endsWith(".asl.json"));
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => !page.includes(`\`${name.replace(".asl.json", "")}\``))).toEqual([]);
});
