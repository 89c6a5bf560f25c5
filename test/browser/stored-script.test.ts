import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startSignedIn, type SignedIn } from "./signed-in.ts";
import { openApproval, reject, section } from "./steps.ts";

/** Each field has its own, so that whichever runs says where it stood. */
const script = (field: string) =>
  `${field} "'><script>window.intruded="${field}"</script><img src=x onerror="window.intruded='${field}'"><svg onload="window.intruded='${field}'">`;
/** A name has 100 characters at most. */
const short = (field: string) => `${field}"'><img src=x onerror="window.intruded='${field}'"><script>`;
const outside = "https://evil.example";
const scriptUrl = (field: string) => `javascript:window.intruded='${field}'`;

const input = {
  approval: {
    title: script("title"),
    description: [
      script("description"),
      `[link](${scriptUrl("markdown link")})`,
      `![image](${outside}/pixel.png)`,
      `<iframe src="${scriptUrl("frame")}"></iframe>`,
      `<form action="${outside}"><button>form</button></form><base href="${outside}/">`,
      `<a href="data:text/html,<script>parent.intruded='data'</script>">data</a>`,
      "```html\n<script>window.intruded='code'</script>\n```",
    ].join("\n\n"),
    commit: script("commit"),
    repository: script("repository"),
    ref: script("ref"),
    requestedBy: script("requester"),
    links: [
      { title: script("link"), url: scriptUrl("link") },
      { title: "spaced", url: ` \u0001${scriptUrl("spaced link")}` },
      { title: "data", url: "data:text/html,<script>1</script>" },
    ],
    policy: {
      required: script("policy"),
      [script("policy member")]: 1,
      form: {
        type: "object",
        title: script("form"),
        properties: {
          [script("field")]: {
            type: "string",
            title: script("field title"),
            description: script("field description"),
            enum: [script("option")],
          },
        },
      },
    },
    people: { author: [script("author")] },
  },
  [script("member")]: script("value"),
};

const browsers = inject("chromium");
describe.each(browsers === null ? [] : [browsers])(
  "script in every field (stored XSS), in %s",
  (executablePath) => {
    let signedIn: SignedIn;

    beforeAll(async () => {
      signedIn = await startSignedIn(executablePath, "stored-script");
      const { countersign } = signedIn;
      const client = new SFNClient({
        endpoint: countersign.stepFunctionsUrl,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      });
      const { stateMachines = [] } = await client.send(new ListStateMachinesCommand());
      const stateMachineArn = stateMachines.find(({ name }) => name === "deploy")?.stateMachineArn;
      await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
      client.destroy();
      for (const scope of ["read", "admin"])
        await countersign.command("token", "create", "--name", short(`bot ${scope}`), "--scope", scope);
    });

    it("as the name of a person", async () => {
      const { command } = signedIn.countersign;
      await command(
        "users",
        "add",
        "--email",
        "x@example.com",
        "--name",
        short("person"),
        "--role",
        "reviewer",
      );
      const { page, called } = await visit();
      await page.goto("/people");
      await page.getByText(short("person")).first().waitFor();
      await expectInert(page, called);
    });

    afterAll(() => signedIn[Symbol.asyncDispose]());

    /** Opens a page that counts where it goes. */
    async function visit() {
      const page = await signedIn.visit();
      const called: string[] = [];
      page.on("request", (request) => called.push(new URL(request.url()).origin));
      page.on("dialog", (dialog) => called.push(`dialog ${dialog.message()}`));
      return { page, called };
    }

    /** Nothing ran, nothing was fetched from elsewhere, and nothing of it became markup. */
    async function expectInert(page: Page, called: readonly string[]) {
      expect(await page.evaluate("window.intruded")).toBeUndefined();
      const foreign = await page.evaluate<string[]>(
        `[...document.querySelectorAll("body script, iframe, object, embed, base, main form[action], [onerror], [onload], img[src^=http], a[href^='javascript' i], a[href^='data' i]")].map((each) => each.outerHTML)`,
      );
      expect(foreign).toEqual([]);
      expect([...new Set(called)]).toEqual([new URL(signedIn.countersign.url).origin]);
      expect(signedIn.takeProblems()).toEqual([]);
    }

    it("in the inbox and on the approval's page it is text, and links that are no web addresses are none", async () => {
      const { page, called } = await visit();
      await page.goto("/");
      await page.getByText(script("title")).first().waitFor();
      await expectInert(page, called);
      await openApproval(page, script("title"));
      await page.getByText(script("requester")).first().waitFor();
      await page.getByText('window.intruded="description"').first().waitFor();
      for (const link of await page.locator("main a").all())
        expect(await link.getAttribute("href")).toMatch(/^(\/|https?:)/);
      await expectInert(page, called);
    });

    it("as a comment, in the vote, the decision and the audit trail", async () => {
      const { page, called } = await visit();
      await page.goto("/");
      await openApproval(page, script("title"));
      await reject(page, script("comment"));
      await page.getByText('window.intruded="comment"').first().waitFor();
      await section(page, "Audit trail").getByText("approval.decided").waitFor();
      await expectInert(page, called);
      await page.goto("/audit");
      await section(page, "Events").getByText("approval.decided").first().waitFor();
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
      await page.getByText('window.intruded="comment"').first().waitFor();
      await expectInert(page, called);
    });

    it("as the name of a bot, and in an address", async () => {
      const { page, called } = await visit();
      await page.goto("/bots");
      await page.getByText(short("bot read")).first().waitFor();
      await page.getByRole("button", { name: /^Revoke bot read/ }).click();
      await expectInert(page, called);
      for (const path of ["/", "/audit", "/approvals/"]) {
        const q = encodeURIComponent(script("address"));
        await page.goto(`${path}${path === "/approvals/" ? q : `?q=${q}&tab=${q}&type=${q}`}`);
        await page.locator("main").waitFor();
        expect(await page.evaluate("window.intruded")).toBeUndefined();
        // A page that is not found says so in the browser's own console.
        signedIn.takeProblems();
      }
      await page.goto(`/sign-in?to=${encodeURIComponent(scriptUrl("way back"))}`);
      await page.locator("body").waitFor();
      expect(await page.evaluate("window.intruded")).toBeUndefined();
      expect([...new Set(called)]).toEqual([new URL(signedIn.countersign.url).origin]);
      signedIn.takeProblems();
    });
  },
);
