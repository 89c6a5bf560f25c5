import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { startSignedIn, type SignedIn } from "./signed-in.ts";
import { section } from "./steps.ts";
import { accessibilityFaults } from "./watched-page.ts";

const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("bots on the page, in %s", (executablePath) => {
  let started: SignedIn;

  beforeAll(async () => {
    started = await startSignedIn(executablePath, "bots-page");
  });
  afterAll(() => started[Symbol.asyncDispose]());
  afterEach(() => expect(started.takeProblems()).toEqual([]));

  const bot = (page: Page, name: string) =>
    section(page, "Tokens")
      .getByRole("listitem")
      .filter({ has: page.getByRole("heading", { name }) });

  const statusWith = async (secret: string) =>
    (await fetch(`${started.countersign.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } }))
      .status;

  /** The secret on the page, which is gone after this. */
  async function takeSecret(page: Page): Promise<string> {
    const secret = (await page.locator("code").textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText(secret).waitFor({ state: "detached" });
    return secret;
  }

  it("an administrator makes one, copies its secret once, rotates it and revokes it", async () => {
    const page = await started.visit({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto("/");
    await page.getByRole("link", { name: "Bots" }).click();
    await page.getByText("No bot has a token.").waitFor();
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByText("It is empty.").waitFor();
    await page.getByLabel("Name").fill("veto bot");
    await page.getByRole("checkbox", { name: /^decide/ }).check();
    await page.getByLabel("Repositories").fill("acme/*\nacme-labs/shop");
    await page.getByLabel("Verdict").selectOption("May reject, never approve");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByRole("button", { name: "Copy secret" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    const first = await takeSecret(page);
    expect([copied, await statusWith(first)]).toEqual([first, 200]);
    await bot(page, "veto bot").getByText("acme/*, acme-labs/shop").waitFor();
    await bot(page, "veto bot").getByText("May reject, never approve").waitFor();

    await page.getByRole("button", { name: "Rotate veto bot" }).click();
    await page.getByRole("button", { name: "Make new secret" }).click();
    const second = await takeSecret(page);
    expect([await statusWith(first), await statusWith(second)]).toEqual([200, 200]);
    await bot(page, "veto bot").getByText("Old secrets").waitFor();

    await page.getByRole("button", { name: "Revoke veto bot" }).click();
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByRole("button", { name: "Revoke veto bot" }).click();
    await page.getByRole("button", { name: "Confirm revocation" }).click();
    await page.getByText("One has ended").click();
    await bot(page, "veto bot").getByText("Revoked").first().waitFor();
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 401]);
  });

  it("a name that lives is refused in words, and the form stays as it is", async () => {
    const page = await started.visit();
    await started.countersign.command("token", "create", "--name", "deployer", "--scope", "read");
    await page.goto("/bots");
    await page.getByLabel("Name").fill("Deployer");
    await page.getByRole("button", { name: "Make token" }).click();
    await page.getByText("It is the name of a bot that lives").waitFor();
    // At its field, and nowhere else.
    expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.getByLabel("Name").inputValue()).toBe("Deployer");
    // The browser tells of the 422 itself.
    expect(started.takeProblems()).toHaveLength(1);
  });

  it.each<[string, BrowserContextOptions]>([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["on a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    [
      "on a dark phone",
      { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ],
  ])("can be read and used by everybody: %s", async (name, options) => {
    const page = await started.visit(options);
    await page.goto("/bots");
    await page.getByLabel("Name").fill(`bot of ${name}`);
    await page
      .getByLabel("Activities")
      .fill("po-*\narn:aws:states:us-east-1:123456789012:activity:deploy-to-production");
    await page.getByRole("button", { name: "Make token" }).click();
    if (process.env["COUNTERSIGN_SCREENSHOTS"] !== undefined) {
      await page.waitForTimeout(1500);
    }
    await page.getByRole("button", { name: `Rotate bot of ${name}`, exact: true }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    const shots = process.env["COUNTERSIGN_SCREENSHOTS"];
    if (shots !== undefined) await page.screenshot({ path: join(shots, `bots ${name}.png`), fullPage: true });
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
