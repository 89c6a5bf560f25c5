import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { startSignedIn, type SignedIn } from "./signed-in.ts";
import { approve, openApproval, section } from "./steps.ts";
import { accessibilityFaults } from "./watched-page.ts";

const title = "Raise the order limit";

const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("the audit trail on the page, in %s", (executablePath) => {
  let started: SignedIn;

  beforeAll(async () => {
    started = await startSignedIn(executablePath, "audit-page");
    await started.countersign.command("push", "--repository", "acme/shop", "--title", title);
    const page = await started.visit();
    await page.goto("/");
    await openApproval(page, title);
    await approve(page, "Go.");
    await section(page, "Audit trail").getByText("approval.decided").waitFor();
  });
  afterAll(() => started[Symbol.asyncDispose]());
  afterEach(() => expect(started.takeProblems()).toEqual([]));

  const events = (page: Page) => section(page, "Events").getByRole("listitem");

  it("an administrator finds it, searches it, and gets to the approval", async () => {
    const page = await started.visit();
    await page.goto("/");
    await page.getByRole("link", { name: "Audit" }).click();
    await events(page).filter({ hasText: "approval.decided" }).waitFor();
    await page.getByLabel("Search the audit trail").fill("no such thing");
    await page.getByText("Nothing in the audit trail matches.").waitFor();
    await page.getByLabel("Search the audit trail").fill("approve");
    await events(page).first().waitFor();
    expect(new URL(page.url()).search).toBe("?q=approve");
    await events(page).filter({ hasText: "approval.voted" }).getByText("Details").click();
    await events(page).filter({ hasText: "approval.voted" }).getByText("Go.").waitFor();
    await events(page).getByText("Administrator voted to approve, with a comment").waitFor();
    await page.getByLabel("Until this day").fill("2020-01-01");
    await page.getByText("Nothing in the audit trail matches.").waitFor();
    expect(new URL(page.url()).search).toBe("?q=approve&to=2020-01-01");
    await page.getByLabel("Until this day").fill("");
    await page.getByLabel("Who did it").fill("Nobody");
    await page.getByText("Nothing in the audit trail matches.").waitFor();
    await page.getByLabel("Who did it").fill("Administrator");
    await page.getByLabel("From this day on").fill("2020-01-01");
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
    const page = await started.visit(options);
    await page.goto("/audit");
    await events(page).filter({ hasText: "approval.decided" }).getByText("Details").click();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
