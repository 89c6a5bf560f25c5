import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfigFile } from "../../src/config-file.ts";
import { policiesOfFile } from "../../src/application/policies-of-file.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { createForms } from "../../src/adapters/forms/forms.ts";
import { createMetrics } from "../../src/adapters/metrics/metrics.ts";
import { errorCodes } from "../../src/contract/problem.ts";
import { createOpenApiDocument } from "../../src/http/openapi.ts";
import { projectFile } from "../../src/project-file.ts";

const pages = [
  "README.md",
  ...readdirSync(projectFile("docs"), { recursive: true, encoding: "utf8" }).map((path) => `docs/${path}`),
].filter((path) => path.endsWith(".md"));
const textOf = (path: string) => readFileSync(projectFile(path), "utf8");
const blocksOf = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\n([^]*?)^ *\`\`\``, "gm"))].map(
    (match) => match[2] ?? "",
  );

test.each(pages)("every link of %s leads somewhere", (page) => {
  const links = [...textOf(page).matchAll(/[^!]\[[^\]]*\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");
  expect(links.filter((link) => !existsSync(join(dirname(projectFile(page)), link)))).toEqual([]);
});

test("docs/configuration.md names every variable that is read", () => {
  const read = new Set(
    [...textOf("src/config.ts").matchAll(/^ {2}([A-Z_]+): optional\(/gm)].map((match) => match[1] ?? ""),
  );
  expect(read.size).toBeGreaterThan(10);
  const page = textOf("docs/configuration.md");
  expect([...read].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("the countersign.yaml of docs/configuration.md is right", () => {
  const examples = blocksOf(textOf("docs/configuration.md"), "yaml");
  expect(examples).toHaveLength(1);
  for (const example of examples)
    parseConfigFile(example, "docs/configuration.md", { GITHUB_WEBHOOK_SECRET: "a".repeat(32) });
});

test("the policies of docs/policies.md are right", () => {
  const [example = ""] = blocksOf(textOf("docs/policies.md"), "yaml");
  const file = `activities: [{ name: po-approval }]\n${example}`;
  const { policies } = parseConfigFile(file, "docs/policies.md", {});
  expect(policies.map(({ name }) => name)).toEqual(["production", "own-branches"]);
  const forms = policiesOfFile(policies).flatMap(({ form }) => form ?? []);
  expect(forms.map((form) => createForms().schemaFault(form))).toEqual([null]);
});

test("docs/operations.md names every metric of ours, and no other", async () => {
  const nothing = {
    pending: 0,
    oldestPendingMs: 0,
    answersOwed: 0,
    oldestOwedMs: 0,
    beatsDue: 0,
    unclaimedGates: 0,
    budgets: [],
  };
  const metrics = createMetrics(systemClock, {
    work: async () => nothing,
    queueJobs: async () => 0,
    parts: async () => ({}),
  });
  const { text } = await metrics.text();
  const registered = [...text.matchAll(/^# HELP (countersign_\w+)/gm)].map((match) => match[1] ?? "");
  expect(registered.length).toBeGreaterThan(15);
  const named = [...textOf("docs/operations.md").matchAll(/^\| `(countersign_\w+)/gm)].map(
    (match) => match[1] ?? "",
  );
  expect(named.sort()).toEqual(registered.sort());
});

describe("docs/api.md", () => {
  const page = textOf("docs/api.md");

  test("names every problem", () => {
    expect(errorCodes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  test("names every route", () => {
    const paths = Object.keys(createOpenApiDocument("http://127.0.0.1:3000").paths ?? {});
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !page.includes(path))).toEqual([]);
  });
});

test("the policy of docs/aws.md is JSON and allows every action that the table names", () => {
  const page = textOf("docs/aws.md");
  const policies = blocksOf(page, "json").filter((block) => block.includes("Statement"));
  expect(policies).toHaveLength(1);
  const { Statement: statements } = JSON.parse(policies[0] ?? "") as {
    Statement: { Action: string | string[] }[];
  };
  const allowed = statements.flatMap(({ Action: action }) => action).sort();
  const sent = readdirSync(projectFile("src/adapters/step-functions")).flatMap((name) =>
    [...textOf(`src/adapters/step-functions/${name}`).matchAll(/new (\w+)Command\(/g)].map(
      (match) => `states:${match[1]}`,
    ),
  );
  expect(allowed).toEqual([...new Set(sent)].sort());
});

test("every test that docs/security.md names is there", () => {
  const rows = textOf("docs/security.md").matchAll(/`(test\/[\w/.-]+\.test\.ts)` ((?:"[^"]+"(?:, )?)+)/g);
  const named = [...rows].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ file, name }) => !textOf(file).includes(`"${name}"`))).toEqual([]);
});
