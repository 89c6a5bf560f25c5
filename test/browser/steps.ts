import type { Locator, Page } from "playwright-core";

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
}

/** From the inbox, which shows a new approval by itself. */
export async function openApproval(page: Page, title: string): Promise<void> {
  await page.getByRole("link", { name: title }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

export function section(page: Page, title: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}

export async function approve(page: Page, comment: string): Promise<void> {
  await decide(page, comment, "Approve", "Confirm approval");
}

export async function reject(page: Page, comment: string): Promise<void> {
  await decide(page, comment, "Reject", "Confirm rejection");
}

async function decide(page: Page, comment: string, button: string, confirm: string): Promise<void> {
  await page.getByLabel("Comment").fill(comment);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("button", { name: confirm }).click();
}

/** Waits until the last step reads `last`; gives the names of all steps, in order. */
export async function progress(page: Page, last: string): Promise<string[]> {
  const steps = page.getByRole("status", { name: "Progress" }).getByRole("listitem");
  await steps.filter({ hasText: last }).waitFor();
  return steps.locator("div > span:first-child").allTextContents();
}
