import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { awkwardInput } from "./awkward-input.ts";
import { approve, openApproval, progress, reject, section, signIn, signOut } from "./steps.ts";
import {
  postgresPid,
  startCountersign,
  type Installation,
  type RunningCountersign,
} from "./running-countersign.ts";
import { accessibilityFaults, openPage } from "./watched-page.ts";

const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
const password = "a password of my own";
/** SIGTERM to the end: polls are let go, what is under way is finished, Postgres writes everything down. */
const stopLimitMs = 10_000;

let installation: Installation;
let countersign: RunningCountersign;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "countersign-journey-"));
  installation = { folder, port: await freePort(), stepFunctionsPort: await freePort() };
  countersign = await startCountersign(installation);
});

afterAll(async () => {
  await countersign.stop();
  await rm(installation.folder, { recursive: true, force: true });
});

describe("the first start", () => {
  it("says where the page is, who signs in and with what, and the page is there", async () => {
    expect(countersign).toMatchObject({
      url: `http://127.0.0.1:${installation.port}`,
      email: "administrator@countersign.local",
      oneTimePassword: expect.stringMatching(/^[\w-]{16}$/) as string,
      stepFunctionsUrl: `http://127.0.0.1:${installation.stepFunctionsPort}`,
    });
    expect(countersign.printed).toMatch(/ready in \d+\.\d s/);
    const page = await fetch(countersign.url, { headers: { accept: "text/html" } });
    expect(page.status).toBe(200);
    expect((await fetch(`${countersign.url}/readyz`)).status).toBe(200);
  });
});

// Where there is no Chromium, the run has said so at its beginning.
const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("the journey of a person, in %s", (executablePath) => {
  let browser: Browser;
  let problems: string[][] = [];
  /** The session of a person who has chosen a password. */
  let session: BrowserContextOptions["storageState"];

  beforeAll(async () => {
    // No sandbox: it refuses to run as root, which is what a container usually is. Only our own page is opened.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const found = problems.flat();
    problems = [];
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(found, "errors and violations of the content security policy on the page").toEqual([]);
  });

  const visit = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const watched = await openPage(browser, countersign.url, options);
    problems.push(watched.problems);
    return watched.page;
  };

  const visitSignedIn = (options: BrowserContextOptions = {}): Promise<Page> => {
    if (session === undefined) throw new Error("nobody could sign in");
    return visit({ ...options, storageState: session });
  };

  it("the one-time password lets in once, and a password of one's own from then on", async () => {
    const page = await visit();
    const email = countersign.email ?? "";
    const oneTimePassword = countersign.oneTimePassword ?? "";
    await page.goto("/");
    await signIn(page, email, oneTimePassword);
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page.getByLabel("New password again").fill(password);
    await page.getByRole("button", { name: "Save password" }).click();
    await page.getByRole("heading", { name: "Choose a password" }).waitFor({ state: "detached" });

    await signOut(page);
    await signIn(page, email, oneTimePassword);
    await page.getByRole("alert").getByText("E-mail or password is wrong.").waitFor();
    await signIn(page, email, password);
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    session = await page.context().storageState();
  });

  it("a push appears in the inbox by itself; approved, its execution succeeds", async () => {
    const page = await visitSignedIn();
    await page.goto("/");
    await page.getByRole("heading", { name: "Nothing waits for you" }).waitFor();
    const commit = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    await countersign.command("push", "--commit", commit, "--title", "Raise the limit of free orders");

    await openApproval(page, "Raise the limit of free orders");
    const change = section(page, "The change");
    await change.getByText(commit).waitFor();
    await change.getByText("acme/shop").waitFor();
    const link = change.getByRole("link").first();
    expect(await link.getAttribute("href")).toBe(`https://github.com/acme/shop/commit/${commit}`);
    expect(await section(page, "Input").getByRole("group", { name: "input" }).textContent()).toContain(
      `"commit": "${commit}"`,
    );

    await approve(page, "Looks good to me 👍");
    expect(await progress(page, "Execution succeeded")).toEqual([
      "Recorded",
      "Sent",
      "Accepted",
      "Execution succeeded",
    ]);
    await page.getByRole("region", { name: "Outcome" }).getByText("Looks good to me 👍").waitFor();
  });

  it("rejected, the execution fails with RejectedByUser and the comment", async () => {
    const page = await visitSignedIn();
    const comment = "The code is buggy and it will unstablize the production";
    await page.goto("/");
    await countersign.command("push", "--title", "Rewrite the checkout");
    await openApproval(page, "Rewrite the checkout");
    await reject(page, comment);
    expect(await progress(page, "Execution failed")).toEqual([
      "Recorded",
      "Sent",
      "Accepted",
      "Execution failed",
    ]);
    const outcome = page.getByRole("region", { name: "Outcome" });
    expect(await outcome.getByRole("definition").allTextContents()).toEqual(["RejectedByUser", comment]);
  });

  it("script, emoji, NUL and an input of 256 KiB reach the page as what they are", async () => {
    const { input, executionName, title, taskInputBytes, excerpts } = awkwardInput();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new SFNClient({
      endpoint: countersign.stepFunctionsUrl,
      region: "us-east-1",
      credentials,
    });
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand());
    const deploy = stateMachines.find(({ name }) => name === "deploy");
    await client.send(
      new StartExecutionCommand({ stateMachineArn: deploy?.stateMachineArn, name: executionName, input }),
    );
    client.destroy();

    const page = await visitSignedIn();
    await page.goto("/");
    await openApproval(page, title);
    const block = section(page, "Input");
    await block.getByRole("button", { name: "Show all" }).click();
    const shown = (await block.getByRole("group", { name: "input" }).textContent()) ?? "";
    for (const excerpt of excerpts) expect(shown).toContain(excerpt);
    // Indented for reading; without its blanks it is what Step Functions handed over.
    const reply = await page.request.get(`/api/v1${new URL(page.url()).pathname}`);
    const { inputText } = (await reply.json()) as { inputText: string };
    expect(Buffer.byteLength(inputText)).toBe(taskInputBytes);
    expect(shown.replaceAll(/\s/g, "")).toBe(inputText.replaceAll(/\s/g, ""));
    expect(await page.evaluate("window.intruded")).toBeUndefined();
  });

  it("everything fits a phone, and the buttons are within reach", async () => {
    const page = await visitSignedIn(phone);
    const fits = async () => expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await page.goto("/?tab=all");
    await page.getByRole("link", { name: "Rewrite the checkout" }).waitFor();
    await fits();
    await page.goto("/");
    await page.getByRole("list").getByRole("link").first().tap();
    const box = await page.getByRole("button", { name: "Approve" }).boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(844);
    await fits();
    await page.context().clearCookies();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await fits();
  });

  it.each(["light", "dark"] as const)("axe finds no fault with any page in %s", async (colorScheme) => {
    const page = await visitSignedIn({ colorScheme });
    await page.goto("/?tab=all");
    await page.getByRole("link", { name: "Rewrite the checkout" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const [title, settled] of [
      ["Rewrite the checkout", "Execution failed"],
      ["Raise the limit of free orders", "Execution succeeded"],
      [awkwardInput().title, "Waiting for a decision"],
    ] as const) {
      await page.goto("/?tab=all");
      await page.getByRole("link", { name: title }).click();
      await page.getByText(settled).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await page.context().clearCookies();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("after SIGTERM and a second start everything that was decided is still there", async () => {
    const page = await visitSignedIn();
    await page.goto("/");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    const { code, afterMs } = await countersign.stop();
    expect(code).toBe(0);
    expect(afterMs).toBeLessThan(stopLimitMs);
    // The open page asks again and again meanwhile, which is no fault of its own.
    problems = [];
    await page.close();
    expect(await postgresPid(installation.folder)).toBeNull();

    countersign = await startCountersign(installation);
    expect(countersign.oneTimePassword).toBeNull();
    const again = await visitSignedIn();
    await again.goto("/?tab=approved");
    await openApproval(again, "Raise the limit of free orders");
    await again.getByRole("region", { name: "Outcome" }).getByText("Looks good to me 👍").waitFor();
  });
});
