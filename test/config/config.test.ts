import { describe, expect, it } from "vitest";
import { parseConfigFile } from "../../src/config-file.ts";
import { ConfigError, parseConfig } from "../../src/config.ts";

function faultsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("the environment", () => {
  it("has the defaults of the embedded product", () => {
    expect(parseConfig({}, { embedded: true })).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      databaseUrl: null,
      redisUrl: null,
      stepFunctions: "local",
      configFile: null,
      logLevel: "info",
    });
  });

  it("is AWS as soon as an endpoint is named, or the process is not the embedded one", () => {
    expect(
      parseConfig({ AWS_ENDPOINT_URL_SFN: "http://127.0.0.1:8083" }, { embedded: true }).stepFunctions,
    ).toBe("aws");
    const needed = { DATABASE_URL: "postgresql://x/y", COUNTERSIGN_SECRET: "s".repeat(32) };
    expect(parseConfig(needed, { embedded: false }).stepFunctions).toBe("aws");
    expect(parseConfig({ COUNTERSIGN_STEP_FUNCTIONS: "aws" }, { embedded: true }).stepFunctions).toBe("aws");
  });

  it("takes as a database role what Postgres takes as a name", () => {
    const roleOf = (name: string) =>
      parseConfig({ COUNTERSIGN_DATABASE_ROLE: name }, { embedded: true }).databaseRole;
    expect([roleOf("countersign_app"), roleOf('Röle "x"'), roleOf("")]).toEqual([
      "countersign_app",
      'Röle "x"',
      null,
    ]);
    expect(faultsOf(() => roleOf("ö".repeat(32)))).toContain(
      "COUNTERSIGN_DATABASE_ROLE is longer than a role's name may be: 63 bytes",
    );
  });

  it("tells every fault at once, and no secret", () => {
    const message = faultsOf(() =>
      parseConfig(
        {
          PORT: "99999",
          REDIS_URL: "http://x",
          COUNTERSIGN_SECRET: "hunter2",
          COUNTERSIGN_STEP_FUNCTIONS: "gcp",
        },
        { embedded: true },
      ),
    );
    for (const name of ["PORT", "REDIS_URL", "COUNTERSIGN_SECRET", "COUNTERSIGN_STEP_FUNCTIONS"])
      expect(message).toContain(name);
    expect(message).not.toContain("hunter2");
  });

  it("names the retired key that is none by its place, and does not show it", () => {
    const key = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const retired = (COUNTERSIGN_RETIRED_KEYS: string) =>
      parseConfig({ COUNTERSIGN_RETIRED_KEYS }, { embedded: true }).retiredKeys;
    expect(retired("")).toEqual([]);
    expect(retired(` ${key},${key.replace("1", "2")}\n`)).toEqual([key, key.replace("1", "2")]);
    for (const faulty of [`${key.slice(0, -1)}p`, `${key}o`, "hunter2", ""]) {
      const message = faultsOf(() => retired(`${key},${faulty}`));
      expect(message).toContain("COUNTERSIGN_RETIRED_KEYS holds as key 2 of 2 no public Ed25519 key");
      expect(message).not.toContain("hunter2");
    }
  });

  it("an empty variable counts as unset", () => {
    expect(
      parseConfig({ PORT: "", DATABASE_URL: "", COUNTERSIGN_CONFIG: "" }, { embedded: true }),
    ).toMatchObject({ port: 3000, databaseUrl: null, configFile: null });
  });
});

const whole = `
activities:
  - arn: arn:aws:states:us-east-1:123456789012:activity:po-approval
    pollers: { min: 2, max: 100 }
    reject: { as: failure, error: RejectedByUser }
triggers:
  - forge: github
    repository: acme/shop
    branch: main
    on: [push, merge]
    secrets: ["\${GITHUB_WEBHOOK_SECRET}"]
    stateMachineArn: arn:aws:states:us-east-1:123456789012:stateMachine:deploy
`;

describe("countersign.yaml", () => {
  const parse = (text: string, environment = { GITHUB_WEBHOOK_SECRET: "a secret from outside" }) =>
    parseConfigFile(text, "countersign.yaml", environment);

  it("is read with its secrets from the environment", () => {
    expect(parse(whole)).toMatchObject({
      activities: [{ pollers: { min: 2, max: 100 }, reject: { as: "failure", error: "RejectedByUser" } }],
      triggers: [{ secrets: ["a secret from outside"] }],
    });
  });

  it("has defaults for all but the activity itself", () => {
    expect(parse("activities: [{ name: po-approval }]")).toEqual({
      activities: [
        {
          name: "po-approval",
          pollers: { min: 2, max: 100 },
          reject: { as: "failure", error: "RejectedByUser" },
        },
      ],
      triggers: [],
      policies: [],
      signIn: { password: true, oidc: [] },
      heartbeatsPerSecond: 400,
      maxPollers: 1000,
    });
  });

  it("names a wrong key with its line", () => {
    expect(faultsOf(() => parse(whole.replace("pollers:", "poolers:")))).toContain(
      "line 4: activities.0.poolers: is not a known key",
    );
    expect(faultsOf(() => parse(whole.replace("    branch: main\n", "")))).toContain("triggers.0.branch");
  });

  it("names every fault, each with its line", () => {
    const message = faultsOf(() =>
      parse(
        whole
          .replace("min: 2", "min: 200")
          .replace("acme/shop", "acme")
          .replace("[push, merge]", "[pull]")
          .replace("RejectedByUser", "States.Nope"),
      ),
    );
    expect(message).toContain("line 4: activities.0.pollers: min is greater than max");
    expect(message).toContain("line 5: activities.0.reject.error");
    expect(message).toContain("line 8: triggers.0.repository");
    expect(message).toContain("line 10: triggers.0.on.0");
  });

  it("a secret whose variable is unset is a fault, never an empty secret", () => {
    expect(faultsOf(() => parse(whole, {} as never))).toContain("triggers.0.secrets.0");
  });

  it("names the line of what is not YAML at all", () => {
    expect(faultsOf(() => parse("activities:\n  - name: [unclosed\n"))).toMatch(/line [23]/);
    expect(faultsOf(() => parse(""))).toContain("the file");
    expect(faultsOf(() => parse("activities: []"))).toContain("at least one activity");
    expect(
      faultsOf(() =>
        parse("activities: [{ name: a, arn: arn:aws:states:us-east-1:123456789012:activity:a }]"),
      ),
    ).toContain("either arn or name");
  });
});
