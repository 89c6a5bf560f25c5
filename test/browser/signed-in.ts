import { createHmac, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContextOptions, type Page } from "playwright-core";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";
import { startCountersign, type RunningCountersign } from "./running-countersign.ts";
import { signIn } from "./steps.ts";
import { openPage } from "./watched-page.ts";

const password = "a password of my own";

/** A started Countersign and a browser in which its administrator has signed in. */
export interface SignedIn extends AsyncDisposable {
  countersign: RunningCountersign;
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** Adds a person of these teams; gives a way to visit as them. */
  addPerson(name: string, teams: readonly string[]): Promise<SignedIn["visit"]>;
  /** What went wrong on the pages so far; empties the list. */
  takeProblems(): string[];
  /** Sends what GitHub would send, signed. */
  deliver(event: string, payload: object): Promise<void>;
}

/** `more` is added to the sample's countersign.yaml. */
export async function startSignedIn(executablePath: string, prefix: string, more = ""): Promise<SignedIn> {
  const folder = await mkdtemp(join(tmpdir(), `countersign-${prefix}-`));
  if (more !== "") {
    const sample = await readFile(projectFile("local/samples/countersign.yaml"), "utf8");
    await writeFile(join(folder, "countersign.yaml"), `${sample}\n${more}\n`);
  }
  const countersign = await startCountersign({
    folder,
    port: await freePort(),
    stepFunctionsPort: await freePort(),
  });
  // No sandbox: it refuses to run as root, which is what a container usually is. Only our own page is opened.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  let problems: string[][] = [];
  const open = async (options: BrowserContextOptions = {}) => {
    const watched = await openPage(browser, countersign.url, options);
    problems.push(watched.problems);
    return watched.page;
  };
  const sessionOf = async (email: string, oneTimePassword: string) => {
    const page = await open();
    await page.goto("/");
    await signIn(page, email, oneTimePassword);
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page.getByLabel("New password again").fill(password);
    await page.getByRole("button", { name: "Save password" }).click();
    await page.getByRole("heading", { name: "Choose a password" }).waitFor({ state: "detached" });
    const storageState = await page.context().storageState();
    await page.context().close();
    return storageState;
  };
  const storageState = await sessionOf(countersign.email ?? "", countersign.oneTimePassword ?? "");
  return {
    countersign,
    visit: (options = {}) => open({ ...options, storageState }),
    async addPerson(name, teams) {
      const email = `${name.toLowerCase()}@example.com`;
      const told = await countersign.command(
        "users",
        "add",
        "--email",
        email,
        "--name",
        name,
        "--role",
        "reviewer",
      );
      for (const team of teams) await countersign.command("teams", "add", team, email);
      const own = await sessionOf(email, /[\w-]{16}$/m.exec(told.trim())?.[0] ?? "");
      return (options = {}) => open({ ...options, storageState: own });
    },
    takeProblems() {
      const found = problems.flat();
      problems = [];
      return found;
    },
    async deliver(event, payload) {
      const secret = (await readFile(join(folder, "data", "webhook-secret"), "utf8")).trim();
      const body = JSON.stringify(payload);
      const reply = await fetch(`${countersign.url}/webhooks/github`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-github-event": event,
          "x-github-delivery": randomUUID(),
          "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
        },
        body,
      });
      if (reply.status !== 202) throw new Error(`${reply.status} ${await reply.text()}`);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await countersign.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
