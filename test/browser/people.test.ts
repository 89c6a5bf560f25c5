import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";
import {
  providerClient,
  startIdentityProvider,
  type IdentityProvider,
} from "../support/identity-provider.ts";
import { startCountersign, type Installation, type RunningCountersign } from "./running-countersign.ts";
import { section, signIn, signOut } from "./steps.ts";
import { accessibilityFaults, openPage } from "./watched-page.ts";

const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("people on the page, in %s", (executablePath) => {
  let installation: Installation;
  let countersign: RunningCountersign;
  let provider: IdentityProvider;
  let browser: Browser;
  const problems: string[][] = [];
  let session: BrowserContextOptions["storageState"];

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-people-page-"));
    installation = { folder, port: await freePort(), stepFunctionsPort: await freePort() };
    provider = await startIdentityProvider([
      `http://127.0.0.1:${installation.port}/api/auth/callback/company`,
    ]);
    const sample = await readFile(projectFile("local/samples/countersign.yaml"), "utf8");
    const oidc = {
      id: "company",
      label: "Sign in with Acme",
      issuer: provider.issuer,
      ...providerClient,
      scopes: ["profile", "email", "groups"],
      roles: { developers: "reviewer" },
      teams: { developers: "release" },
    };
    await writeFile(
      join(folder, "countersign.yaml"),
      `${sample}\nsignIn: ${JSON.stringify({ oidc: [oidc] })}\n`,
    );
    countersign = await startCountersign(installation);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const { page } = await open();
    await page.goto(countersign.url);
    await signIn(page, countersign.email ?? "", countersign.oneTimePassword ?? "");
    await page.getByRole("heading", { name: "Inbox" }).waitFor();
    session = await page.context().storageState();
  });

  afterAll(async () => {
    await browser.close();
    await countersign.stop();
    await provider[Symbol.asyncDispose]();
    await rm(installation.folder, { recursive: true, force: true });
    expect(problems.flat()).toEqual([]);
  });

  async function open(options: BrowserContextOptions = {}, isSignedIn = true) {
    const opened = await openPage(
      browser,
      countersign.url,
      session === undefined || !isSignedIn ? options : { ...options, storageState: session },
      // The inbox may ask anew just when its session is ended.
      [/\/api\/v1\/approvals\?[^ ]*: .*\b401\b/],
    );
    problems.push(opened.problems);
    return opened;
  }

  const row = (page: Page, name: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });

  async function shoot(page: Page, name: string): Promise<void> {
    const shots = process.env["COUNTERSIGN_SCREENSHOTS"];
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  it("an administrator adds somebody, who signs in once, chooses a password and changes it", async () => {
    const { page } = await open();
    await countersign.command("teams", "create", "release");
    await page.goto(countersign.url);
    await page.getByRole("link", { name: "People" }).click();
    await page.getByRole("button", { name: "Add person" }).click();
    await page.getByText("It is empty.").waitFor();
    // Where there is something to put right, there one is.
    await page.keyboard.type("Ada Lovelace");
    expect(await page.getByLabel("Name").inputValue()).toBe("Ada Lovelace");
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.getByRole("group", { name: "Teams" }).getByLabel("release").check();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole("button", { name: "Add person" }).click();
    const password = (await page.locator("code").textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await row(page, "Ada Lovelace").getByText("reviewer", { exact: true }).waitFor();
    await row(page, "Ada Lovelace").getByText("release").waitFor();

    const { page: theirs } = await open({}, false);
    await theirs.goto(countersign.url);
    await signIn(theirs, "ada@example.org", password);
    await theirs.getByLabel("New password", { exact: true }).fill("password1234");
    await theirs.getByLabel("New password again").fill("password1234");
    await theirs.getByRole("button", { name: "Save password" }).click();
    await theirs.getByText("It is one of those that are tried first").waitFor();
    expect(await theirs.getByText("one of those").count()).toBe(1);
    expect(await theirs.getByText("newPassword").count()).toBe(0);
    await theirs.getByLabel("New password", { exact: true }).fill("a long first password");
    await theirs.getByLabel("New password again").fill("a long first password");
    await theirs.getByRole("button", { name: "Save password" }).click();
    await theirs.getByRole("heading", { name: "Choose a password" }).waitFor({ state: "detached" });
    await theirs.getByRole("link", { name: /Your account/ }).click();
    await theirs.getByLabel("Password that you have").fill("a long first password");
    await theirs.getByLabel("New password", { exact: true }).fill("a long second one");
    await theirs.getByLabel("New password again").fill("a long second one");
    await theirs.getByRole("button", { name: "Change password" }).click();
    await theirs.getByText("The password is changed.").waitFor();
    await signOut(theirs);
    await signIn(theirs, "ada@example.org", "a long second one");
    await theirs.getByRole("heading", { name: "Inbox" }).waitFor();
    expect(await theirs.getByRole("link", { name: "People" }).count()).toBe(0);

    await row(page, "Ada Lovelace").getByRole("button", { name: "Manage Ada Lovelace" }).click();
    await row(page, "Ada Lovelace").getByLabel("Role").selectOption("viewer");
    await page.getByRole("button", { name: "Save role" }).click();
    await row(page, "Ada Lovelace").getByText("viewer", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Identities" }).click();
    await page.getByLabel("Addresses in commits").fill("Ada@home.example");
    await page.getByLabel("Accounts at GitHub").fill("ada-l");
    await page.getByRole("button", { name: "Save identities" }).click();
    await row(page, "Ada Lovelace").getByText("ada@home.example").first().waitFor();

    await page.getByRole("button", { name: "Deactivate" }).click();
    await page.getByRole("button", { name: "Confirm deactivation" }).click();
    await row(page, "Ada Lovelace").getByText("Deactivated").waitFor();
    await theirs.reload();
    await theirs.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await signIn(theirs, "ada@example.org", "a long second one");
    await theirs.getByText("This account may not sign in here.").waitFor();
    await page.getByRole("button", { name: "Activate" }).click();
    await row(page, "Ada Lovelace").getByText("Deactivated").waitFor({ state: "detached" });
    // The browser tells of the 401 and of the 403 itself.
    expect(problems.at(-1)?.splice(0).join()).toMatch(/sign-in\/email.*403/);
  });

  it("the last administrator is told why they stay one", async () => {
    const { page } = await open();
    await page.goto(`${countersign.url}/people`);
    await page.getByRole("button", { name: "Manage Administrator" }).click();
    await row(page, "Administrator").getByLabel("Role").selectOption("viewer");
    await page.getByRole("button", { name: "Save role" }).click();
    await page.getByText("is the last active administrator").waitFor();
    expect(problems.at(-1)?.splice(0)).toHaveLength(1);
  });

  it("an administrator is not offered to change their own identities, and is told who can", async () => {
    const { page } = await open();
    await page.goto(`${countersign.url}/people`);
    await page.getByRole("button", { name: "Manage Administrator" }).click();
    await page.getByRole("button", { name: "Identities" }).click();
    await page.getByText("you do not change them yourself").waitFor();
    expect(await page.getByRole("button", { name: "Save identities" }).count()).toBe(0);
  });

  it("teams are made, filled and deleted", async () => {
    const { page } = await open();
    await countersign.command("users", "add", "--email", "bob@example.org", "--name", "Bob");
    await page.goto(countersign.url);
    await page.getByRole("link", { name: "Teams" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Security Team");
    await page.getByRole("button", { name: "Make team" }).click();
    await page.getByText("is not a team's name").waitFor();
    await page.getByLabel("Name", { exact: true }).fill("security");
    await page.getByRole("button", { name: "Make team" }).click();
    await page.getByLabel("Somebody to add to security").selectOption({ label: "Bob (bob@example.org)" });
    await page.getByRole("button", { name: "Add to security" }).click();
    await row(page, "security").getByText("bob@example.org", { exact: true }).waitFor();
    expect(await countersign.command("teams", "list")).toContain("security  bob@example.org");
    await page.getByRole("button", { name: "Remove Bob from security" }).click();
    await row(page, "security").getByText("Nobody is in it.").waitFor();
    await page.getByRole("button", { name: "Delete security" }).click();
    await page.getByRole("button", { name: "Confirm deletion" }).click();
    await row(page, "security").waitFor({ state: "detached" });
  });

  it("somebody of the company signs in by its identity provider and comes to the page that they wanted", async () => {
    provider.person = {
      sub: "cyd",
      email: "cyd@acme.example",
      email_verified: true,
      name: "Cyd Charisse",
      groups: ["developers"],
    };
    const { page } = await open({}, false);
    await page.goto(`${countersign.url}/account`);
    await page.getByRole("button", { name: "Sign in with Acme" }).click();
    await page.getByRole("heading", { name: "Your account" }).waitFor();
    await section(page, "You").getByText("release").waitFor();
    await section(page, "Sessions").getByText("This session").waitFor();
    expect(await page.getByLabel("Password that you have").count()).toBe(0);
  });

  it("whoever is in no group is told so, and gets nowhere", async () => {
    provider.person = { sub: "eve", email: "eve@acme.example", email_verified: true, groups: [] };
    const { page } = await open({}, false);
    await page.goto(countersign.url);
    await page.getByRole("button", { name: "Sign in with Acme" }).click();
    await page.getByText("You are in no group that may use Countersign.").waitFor();
  });

  it("sessions are ended on the page, at once", async () => {
    const { page: other } = await open({}, false);
    const { page } = await open();
    const reset = await countersign.command("users", "reset-password", "bob@example.org");
    await other.goto(countersign.url);
    await signIn(other, "bob@example.org", reset.trim().split(" ")[1] ?? "");
    await other.getByRole("heading", { name: "Inbox" }).waitFor();
    await page.goto(`${countersign.url}/people`);
    await page.getByRole("button", { name: "Manage Bob" }).click();
    await row(page, "Bob").getByRole("button", { name: "Sessions" }).click();
    await row(page, "Bob").getByRole("button", { name: "End the session of Chrome on Linux" }).click();
    await row(page, "Bob").getByText("Signed in nowhere.").waitFor();
    await other.reload();
    await other.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  });

  it.each<[string, BrowserContextOptions]>([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
    ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    [
      "dark phone",
      { colorScheme: "dark", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ],
  ])("can be read and used by everybody: %s", async (name, options) => {
    const { page } = await open(options);
    const check = async (what: string) => {
      await shoot(page, `${what} ${name}`);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    };
    await countersign.command("teams", "create", `team-${name.replace(" ", "-")}`);
    await countersign.command("teams", "add", `team-${name.replace(" ", "-")}`, "bob@example.org");
    await page.goto(`${countersign.url}/people`);
    await page.getByRole("button", { name: "Manage Bob" }).click();
    await page.getByRole("button", { name: "Identities" }).click();
    await check("people");
    await page.goto(`${countersign.url}/teams`);
    await page.getByRole("button", { name: `Delete team-${name.replace(" ", "-")}` }).click();
    await page.getByRole("button", { name: "Confirm deletion" }).waitFor();
    await check("teams");
    await page.goto(`${countersign.url}/account`);
    await page.getByText("This session").waitFor();
    await check("account");
    await page.goto(`${countersign.url}/sign-in?error=no_group`);
    await page.getByRole("button", { name: "Sign in with Acme" }).waitFor();
    await check("sign-in");
  });
});
