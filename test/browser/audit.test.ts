import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startCountersign, type Installation, type RunningCountersign } from "./running-countersign.ts";
import { approve, openApproval, section, signIn } from "./steps.ts";
import { accessibilityFaults, openPage } from "./watched-page.ts";

const password = "a password of my own";
const title = "Raise the order limit";

const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("the audit trail on the page, in %s", (executablePath) => {
  let installation: Installation;
  let countersign: RunningCountersign;
  let browser: Browser;
  const problems: string[][] = [];
  let session: BrowserContextOptions["storageState"];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-audit-page-"));
    installation = { folder, port: await freePort(), stepFunctionsPort: await freePort() };
    countersign = await startCountersign(installation);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const { page } = await open();
    await page.goto(countersign.url);
    await signIn(page, countersign.email ?? "", countersign.oneTimePassword ?? "");
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page
      .getByRole("button", { name: /password/i })
      .last()
      .click();
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    session = await page.context().storageState();
    await countersign.command("push", "--repository", "acme/shop", "--title", title);
    await openApproval(page, title);
    await approve(page, "Go.");
    await section(page, "Audit trail").getByText("approval.decided").waitFor();
  });

  afterAll(async () => {
    await browser.close();
    await countersign.stop();
    await rm(installation.folder, { recursive: true, force: true });
    expect(problems.flat()).toEqual([]);
  });

  async function open(options: BrowserContextOptions = {}) {
    const opened = await openPage(
      browser,
      countersign.url,
      session === undefined ? options : { ...options, storageState: session },
    );
    problems.push(opened.problems);
    return opened;
  }

  const events = (page: Page) => section(page, "Events").getByRole("listitem");

  it("an administrator finds it, searches it, and gets to the approval", async () => {
    const { page } = await open();
    await page.goto(countersign.url);
    await page.getByRole("link", { name: "Audit" }).click();
    await events(page).filter({ hasText: "approval.decided" }).waitFor();
    await page.getByLabel("Search the audit trail").fill("no such thing");
    await page.getByText("Nothing in the audit trail matches.").waitFor();
    await page.getByLabel("Search the audit trail").fill("approve");
    await events(page).first().waitFor();
    expect(new URL(page.url()).search).toBe("?q=approve");
    await events(page).filter({ hasText: "approval.voted" }).getByText("Details").click();
    await events(page).getByText("Go.").waitFor();
    await events(page)
      .filter({ hasText: "approval.decided" })
      .getByRole("link", { name: /^Approval/ })
      .click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
  });

  it.each<[string, BrowserContextOptions]>([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["on a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    [
      "on a dark phone",
      { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ],
  ])("can be read by everybody: %s", async (name, options) => {
    const { page } = await open(options);
    await page.goto(`${countersign.url}/audit`);
    await events(page).filter({ hasText: "approval.decided" }).getByText("Details").click();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
