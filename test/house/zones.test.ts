import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { projectFile } from "../../src/project-file.ts";

const config = await extractOptions(projectFile(".dependency-cruiser.cjs"));
const rules = (config.ruleSet?.forbidden ?? []).map((rule) => rule.name ?? "");
const zones = ["src", "workers", "local", "web", "scripts"];

/** Broken rules by the file that breaks them, seen from `root`. */
async function violationsIn(root: string): Promise<string[]> {
  const { output } = await cruise(zones, { ...config, baseDir: root, validate: true });
  return (output as ICruiseResult).summary.violations.map(({ rule, from }) => `${rule.name} in ${from}`);
}

test("the house keeps to its zones", async () => {
  expect(await violationsIn(projectFile("."))).toEqual([]);
});

describe("every rule bites", () => {
  const bad = projectFile("test/house/bad");
  let violations: string[] = [];
  beforeAll(async () => {
    violations = await violationsIn(bad);
  });

  test.each(rules)("%s", (rule) => {
    const paths = readdirSync(bad, { recursive: true, encoding: "utf8" }).filter(
      (path) => basename(path) === `${rule}.ts`,
    );
    expect(paths).toHaveLength(1);
    expect(violations).toContain(`${rule} in ${paths[0]}`);
  });
});
