import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { startSignedIn, type SignedIn } from "./signed-in.ts";
import { approve, openApproval, progress, section } from "./steps.ts";
import { accessibilityFaults } from "./watched-page.ts";

const repository = { full_name: "acme/shop", html_url: "https://github.com/acme/shop" };
const comment = "Looked at every line, and the tests are green.";

// Where there is no Chromium, the run has said so at its beginning.
const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])(
  "a view that has become stale, in %s",
  (executablePath) => {
    let started: SignedIn;
    let commits = 0;
    beforeAll(async () => {
      // Goes on with the sample's trigger, which stands last.
      started = await startSignedIn(executablePath, "stale", "    supersede: flag");
    });
    afterAll(() => started[Symbol.asyncDispose]());
    afterEach(() => expect(started.takeProblems()).toEqual([]));

    const check = (commit: string, state: string) =>
      started.deliver("status", {
        id: Date.now(),
        sha: commit,
        state,
        context: "ci/test",
        description: null,
        target_url: null,
        updated_at: new Date().toISOString(),
        repository,
      });

    /** A pending approval whose check has passed, opened. */
    const opened = async (title: string): Promise<{ page: Page; commit: string }> => {
      commits += 1;
      const commit = String(commits).padStart(40, "0");
      await check(commit, "success");
      const page = await started.visit();
      await page.goto("/");
      await started.countersign.command("push", "--commit", commit, "--title", title);
      await openApproval(page, title);
      await section(page, "The change").getByText("1 passed").waitFor();
      return { page, commit };
    };

    /** Until the page decides, what it reads is what it has read before: the server is to be the first to notice. */
    const blindUntilDecided = async (page: Page) => {
      const address = `/api/v1${new URL(page.url()).pathname}`;
      const old = await (await page.request.get(address)).text();
      let decided = false;
      await page.route(`**${address}/decision`, (route) => {
        decided = true;
        return route.continue();
      });
      await page.route(`**${address}`, (route) =>
        decided ? route.continue() : route.fulfill({ contentType: "application/json", body: old }),
      );
    };

    it("is refused with what changed, keeps the comment, and asks anew", async () => {
      const { page, commit } = await opened("Raise the limit");
      await page.getByLabel("Comment").fill(comment);
      await page.getByRole("button", { name: "Approve", exact: true }).click();
      await blindUntilDecided(page);
      await check(commit, "failure");
      await page.getByRole("button", { name: "Confirm approval" }).click();
      const notice = page.getByRole("alert").filter({ hasText: "This has changed since you looked" });
      await notice.getByText("was 1 passed and is now 1 failed").waitFor();
      await section(page, "The change").getByText("1 failed").waitFor();
      expect(await page.getByRole("button", { name: "Confirm approval" }).count()).toBe(0);
      await notice.getByRole("button", { name: "I have seen it" }).click();
      await notice.waitFor({ state: "detached" });
      expect(await page.getByLabel("Comment").inputValue()).toBe(comment);
      await page.getByRole("button", { name: "Reject", exact: true }).click();
      await page.getByRole("button", { name: "Confirm rejection" }).click();
      await progress(page, "Execution failed");
    });

    it("is shown before anything is sent where the page has read it again; seen, it can be decided", async () => {
      const { page, commit } = await opened("Rewrite the checkout");
      await page.getByLabel("Comment").fill(comment);
      await page.getByRole("button", { name: "Approve", exact: true }).click();
      await check(commit, "failure");
      const notice = page.getByRole("alert").filter({ hasText: "This has changed since you looked" });
      await notice.getByText("was 1 passed and is now 1 failed").waitFor();
      expect(await page.getByRole("button", { name: "Confirm approval" }).count()).toBe(0);
      expect(await page.getByRole("button", { name: "Approve", exact: true }).isDisabled()).toBe(true);
      expect(await accessibilityFaults(page)).toEqual([]);
      await notice.getByRole("button", { name: "I have seen it" }).click();
      expect(await page.getByLabel("Comment").inputValue()).toBe(comment);
      await page.getByRole("button", { name: "Approve", exact: true }).click();
      await page.getByRole("button", { name: "Confirm approval" }).click();
      await progress(page, "Execution succeeded");
      await page.getByRole("region", { name: "Outcome" }).getByText(comment).waitFor();
    });

    it("because a newer commit of the branch waits says so in the inbox and on its page, and can still be decided", async () => {
      const { page } = await opened("Paint it red");
      const { page: newer } = await opened("Paint it blue");
      const notice = page.getByText("was pushed to the same branch after this one");
      await notice.waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.goto("/");
      const inInbox = page.getByRole("listitem").filter({ hasText: "Paint it red" });
      await inInbox.getByText("A newer commit waits").waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await openApproval(page, "Paint it red");
      await page.getByRole("link", { name: "See its approvals" }).click();
      await page.getByRole("link", { name: "Paint it blue" }).waitFor();
      expect(await newer.getByText("A newer commit waits").count()).toBe(0);
      await page.goBack();
      await approve(page, comment);
      await progress(page, "Execution succeeded");
      expect(await notice.count()).toBe(0);
    });
  },
);
