import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { startSignedIn, type SignedIn } from "./signed-in.ts";
import { openApproval, progress, section } from "./steps.ts";
import { accessibilityFaults } from "./watched-page.ts";

const policies = [
  {
    name: "two people, one of security",
    match: { repository: "acme/quorum" },
    required: 2,
    groups: [{ team: "security", required: 1 }],
    comment: "reject",
    breakGlass: true,
  },
  {
    name: "release notes",
    match: { repository: "acme/form" },
    form: {
      type: "object",
      required: ["ticket", "risk", "when"],
      properties: {
        ticket: { type: "string", title: "Ticket", pattern: "^OPS-[0-9]+$" },
        risk: { enum: ["low", "high"], title: "Risk" },
        shops: { type: "integer", title: "Shops", minimum: 1 },
        when: { type: "string", format: "date", title: "Day" },
        tested: { type: "boolean", title: "Tested by hand" },
        more: { type: "object", title: "More" },
        contact: { type: "string", title: "Contact", format: "email" },
      },
    },
  },
  {
    name: "office hours",
    match: { repository: "acme/window" },
    windows: [{ days: [otherDay()], from: "09:00", to: "17:00", timeZone: "Europe/Zurich" }],
    approveAhead: true,
  },
];

/** A day of the week that is neither today nor next to it anywhere. */
function otherDay(): string {
  return ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(new Date().getUTCDay() + 3) % 7] ?? "mon";
}

// Where there is no Chromium, the run has said so at its beginning.
const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])("a policy on the page, in %s", (executablePath) => {
  let started: SignedIn;
  let asAda: SignedIn["visit"];
  let asSam: SignedIn["visit"];
  beforeAll(async () => {
    started = await startSignedIn(executablePath, "policy", `policies: ${JSON.stringify(policies)}`);
    await started.countersign.command("teams", "create", "security");
    asAda = await started.addPerson("Ada", []);
    asSam = await started.addPerson("Sam", ["security"]);
  });
  afterAll(() => started[Symbol.asyncDispose]());
  afterEach(() => expect(started.takeProblems()).toEqual([]));

  const push = (repository: string, title: string) =>
    started.countersign.command("push", "--repository", `acme/${repository}`, "--title", title);
  const open = async (visit: SignedIn["visit"], title: string): Promise<Page> => {
    const page = await visit();
    await page.goto("/");
    await openApproval(page, title);
    return page;
  };
  const decide = async (page: Page, verdict: "Approve" | "Reject") => {
    await page.getByRole("button", { name: verdict, exact: true }).click();
    await page
      .getByRole("button", { name: `Confirm ${verdict === "Approve" ? "approval" : "rejection"}` })
      .click();
  };

  it("of two people says who has voted and who is missing, lets a vote be changed, and decides with the second", async () => {
    await push("quorum", "Raise the limit");
    const ada = await open(asAda, "Raise the limit");
    const waiting = ada.getByRole("region", { name: "Waiting for a decision" });
    await waiting.getByText("0 of 2 approvals").waitFor();
    await waiting.getByText("Two more approvals are needed, among them one of team security.").waitFor();
    await section(ada, "Policy").getByText("1 of team security").waitFor();

    await ada.getByRole("button", { name: "Reject", exact: true }).click();
    await ada.getByText("The policy wants a comment").waitFor();
    await ada.getByLabel("Comment").fill("Fine by me.");
    await decide(ada, "Approve");
    await waiting.getByText("Your vote is recorded.").waitFor();
    await waiting.getByText("1 of 2 approvals").waitFor();
    await ada.getByText("You have voted to approve. Voting again replaces your vote.").waitFor();
    await section(ada, "Votes").getByText("Fine by me.").waitFor();
    expect(await accessibilityFaults(ada)).toEqual([]);
    await decide(ada, "Approve");
    await section(ada, "Votes").getByText("replaced by a later vote").waitFor();

    const sam = await asSam();
    await sam.goto("/");
    await sam.getByText("Pending: 1 of 2").waitFor();
    await openApproval(sam, "Raise the limit");
    await decide(sam, "Approve");
    await progress(sam, "Execution succeeded");
    const outcome = sam.getByRole("region", { name: "Outcome" });
    await outcome.getByText("Ada").waitFor();
    await outcome.getByText("Sam").waitFor();
  });

  it("with a form takes an approval once it is filled in rightly, each fault at its field", async () => {
    await push("form", "Write the notes");
    const page = await open(asAda, "Write the notes");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    expect(await page.getByText("Fill this in").count()).toBe(2);
    await page.getByText("Choose one").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel("Ticket").fill("4711");
    await page.getByLabel("Risk").selectOption("low");
    await page.getByLabel("Shops").fill("many");
    await page.getByLabel("Day").fill("2026-12-24");
    await page.getByLabel("Tested by hand").check();
    await page.getByLabel("More").fill('{"sizes": [1, 2]}');
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("Is not a number").waitFor();
    await page.getByText("Has to match ^OPS-[0-9]+$").waitFor();
    expect(await page.getByRole("button", { name: "Confirm approval" }).count()).toBe(0);
    // The first fault has the focus.
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("OPS-4711");
    await page.getByLabel("Shops").fill("0");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("Is less than 1").waitFor();
    await page.getByLabel("Shops").fill("3");
    await page.getByLabel("Contact").fill("nobody");
    await decide(page, "Approve");
    // The server alone knows formats; nothing that was filled in is lost, and the fault stands at its field alone.
    await page.getByText('It must match format "email".').waitFor();
    expect(await page.getByLabel("Contact").getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.getByLabel("Shops").inputValue()).toBe("3");
    expect(await page.getByLabel("Ticket").inputValue()).toBe("OPS-4711");
    await page.getByLabel("Contact").fill("nobody@example.com");
    await decide(page, "Approve");
    await progress(page, "Execution succeeded");
    const votes = section(page, "Votes");
    for (const text of ["OPS-4711", "low", "2026-12-24", '{"sizes":[1,2]}'])
      await votes.getByText(text).waitFor();
  });

  it("with a form has its buttons on a phone's first screen, which lead to the form", async () => {
    await push("form", "Write them on the way");
    const page = await open(
      () => asAda({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }),
      "Write them on the way",
    );
    const inView = (what: Locator) =>
      what.boundingBox().then((box) => box !== null && box.y >= 0 && box.y + box.height <= 844);
    const approve = page.getByRole("button", { name: "Approve", exact: true });
    await approve.waitFor();
    expect(await inView(approve)).toBe(true);
    expect(await inView(page.getByRole("button", { name: "Reject", exact: true }))).toBe(true);
    expect(await inView(page.getByLabel("Ticket"))).toBe(false);
    expect(await accessibilityFaults(page)).toEqual([]);
    await approve.click();
    await expect.poll(() => inView(page.getByLabel("Ticket"))).toBe(true);
    expect(await page.getByText("Fill this in").count()).toBe(0);
    await approve.click();
    await page.getByText("Fill this in").first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  it("with a window says when it opens, and takes approvals ahead", async () => {
    await push("window", "Ship on the day");
    const page = await open(asAda, "Ship on the day");
    const waiting = page.getByRole("region", { name: "Waiting for a decision" });
    await waiting.getByText("Opens").waitFor();
    await section(page, "Policy").getByText("(Europe/Zurich)").waitFor();
    await decide(page, "Approve");
    await waiting.getByText("Enough have approved. It is decided when the window opens.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it("that may be broken is broken by an administrator alone, with a reason, and shows it in red everywhere", async () => {
    await push("quorum", "Stop the bleeding");
    const ada = await open(asAda, "Stop the bleeding");
    await ada.getByRole("button", { name: "Approve", exact: true }).waitFor();
    expect(await ada.getByRole("button", { name: "Break the glass…" }).count()).toBe(0);

    const page = await open(started.visit, "Stop the bleeding");
    await page.getByRole("button", { name: "Break the glass…" }).click();
    const step = page.getByRole("group", { name: "Break the glass?" });
    await step.getByRole("button", { name: "Approve alone" }).click();
    await step.getByText("Say why").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await step.getByLabel("Reason").fill("The shop is down.");
    await step.getByRole("button", { name: "Approve alone" }).click();
    await progress(page, "Execution succeeded");
    await page.getByRole("banner").or(page.locator("header")).getByText("Glass broken").first().waitFor();
    const outcome = page.getByRole("region", { name: "Outcome" });
    await outcome.getByText("Decided alone by break-glass").waitFor();
    await outcome.getByText("The shop is down.").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.goto("/?tab=approved");
    await page.getByText("Glass broken").waitFor();
    await page.goto("/audit");
    await page.getByRole("listitem").filter({ hasText: "approval.broke_glass" }).waitFor();
  });
});
