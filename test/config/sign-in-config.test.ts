import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConfigFile } from "../../src/config-file.ts";
import { projectFile } from "../../src/project-file.ts";

const page = readFileSync(projectFile("docs/sign-in.md"), "utf8");
const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";

function parse(text: string, environment: Record<string, string> = { OIDC_CLIENT_SECRET: "s3cret" }) {
  return parseConfigFile(text, "countersign.yaml", environment).signIn;
}

function faultsOf(text: string, environment?: Record<string, string>): string {
  try {
    parse(text, environment);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the part signIn of countersign.yaml", () => {
  it("is read as docs/sign-in.md shows it, the secret from the environment", () => {
    expect(parse(example)).toMatchObject({
      password: false,
      oidc: [{ id: "company", clientSecret: "s3cret", teams: { developers: ["release", "web"] } }],
    });
    const documented = [...page.matchAll(/^\| `([a-zA-Z]+)` +\|/gm)].map((match) => match[1]);
    expect(documented).toEqual(expect.arrayContaining(Object.keys(parse(example).oidc[0] ?? {})));
  });

  it("left out means passwords, and no provider", () => {
    expect(parse("activities: [{ name: a }]")).toEqual({ password: true, oidc: [] });
  });

  it.each([
    ["http://login.acme.example", "not an https:// address"],
    ["ftp://login.acme.example", "not an https:// address"],
    ["https://user:password@login.acme.example", "not an https:// address"],
    ["http://127.0.0.1.evil.example", "not an https:// address"],
    ["https://login.acme.example?x=y", "query"],
  ])("refuses the issuer %s", (issuer, why) => {
    const message = faultsOf(example.replace("https://login.acme.example", issuer));
    expect(message).toContain("line 9: signIn.oidc.0.issuer");
    expect(message).toContain(why);
  });

  it("takes a provider on the loopback in the clear", () => {
    const text = example.replace("https://login.acme.example", "http://127.0.0.1:4000");
    expect(parse(text).oidc[0]?.issuer).toBe("http://127.0.0.1:4000");
  });

  it("refuses what would lock everybody out, each with its line", () => {
    expect(faultsOf(example, {})).toContain("line 11: signIn.oidc.0.clientSecret: is empty");
    expect(faultsOf("activities: [{ name: a }]\nsignIn:\n  password: false\n")).toContain(
      "line 3: signIn.password",
    );
    const withoutRoles = example.replace(/ {6}roles:\n(?: {8}.*\n)+/, "");
    expect(faultsOf(withoutRoles)).toContain("signIn.oidc.0.withoutRole: refuses everybody");
  });

  it("refuses roles, teams and keys that there are not", () => {
    const message = faultsOf(
      example.replace("reviewer", "owner").replace("security-guild: security", "security-guild: The Team"),
    );
    expect(message).toContain("signIn.oidc.0.roles.developers");
    expect(message).toContain("signIn.oidc.0.teams.security-guild");
    expect(faultsOf(example.replace("groupsClaim", "groupClaim"))).toContain(
      "groupClaim: is not a known key",
    );
  });
});
