import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import type axe from "axe-core";

/** A page with a list of everything that went wrong on it: errors, violations of its content security policy, lost files. */
export interface WatchedPage {
  page: Page;
  problems: string[];
}

/** How long the page may take for any one step before a test gives up. */
const patienceMs = 60_000;

/** Replies that are part of the way: nobody is signed in yet, a password is refused, an execution is gone. */
const expectedReplies = [
  /\/api\/v1\/me: .*\b401\b/,
  /\/api\/auth\/sign-in\/email: .*\b401\b/,
  /\/api\/v1\/approvals\/[^/]+\/execution: .*\b404\b/,
  /\/api\/v1\/approvals\/[^/]+\/decision: .*\b(409|422)\b/,
  /\/api\/v1\/me\/password: .*\b422\b/,
];

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  expected: readonly RegExp[] = [],
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, locale: "en-GB", timezoneId: "UTC", ...options });
  context.setDefaultTimeout(patienceMs);
  const problems: string[] = [];
  await context.exposeFunction("reportViolation", (what: string) =>
    problems.push(`violates the policy: ${what}`),
  );
  await context.addInitScript(
    'document.addEventListener("securitypolicyviolation", (event) => reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))',
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const text = `${message.type()} at ${message.location().url}: ${message.text()}`;
    if (!isExpected(message, text, [...expectedReplies, ...expected])) problems.push(text);
  });
  return { page, problems };
}

function isExpected(message: ConsoleMessage, text: string, expected: readonly RegExp[]): boolean {
  return message.text().startsWith("Failed to load resource") && expected.some((reply) => reply.test(text));
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the page as it is now, in light and in dark, one line for each place. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const isDark = await page.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches");
  const schemes = isDark ? (["light", "dark"] as const) : (["dark", "light"] as const);
  const faults: string[] = [];
  // The one that the page was in comes last, and stays.
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    faults.push(...(await faultsNow(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

async function faultsNow(page: Page): Promise<string[]> {
  // What still fades in has a contrast of its own.
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity).map((each) => each.finished))",
  );
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)");
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.html}`));
}
