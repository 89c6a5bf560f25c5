import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { deliverCommit } from "../support/pushes.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };
const reject = { verdict: "reject" };

/** Pushes as `mona@example.com`; returns the approval that asks for it. */
async function pushed(product: Product): Promise<string> {
  const [executionArn = ""] = await deliverCommit(product, {
    message: "Fix the till\n\nCo-authored-by: Hubert <hubert@example.com>",
    author: { name: "Mona", email: "Mona@example.com" },
    committer: { name: "GitHub", email: "noreply@github.com", username: "web-flow" },
  });
  return product.approvalOf(executionArn);
}

describe("people who had a hand in it", () => {
  it("do not decide, although the state machine drops them from the task's input (self-approval by another path)", async () => {
    await using product = await startProduct({ state: { Parameters: { title: "Deploy" } } });
    const id = await pushed(product);
    for (const name of ["mona", "hubert", "pat"]) {
      const person = await voter(product, name, { role: "administrator" });
      for (const body of [approve, reject])
        expect(await person.vote(id, body)).toMatchObject({ status: 403, body: { code: "not_allowed" } });
      expect((await person.see(id)).may).toMatchObject({ approve: false, reject: false });
    }
    const ada = await voter(product, "Ada");
    expect((await ada.see(id)).standing?.whoCan.people.map(({ name }) => name)).toEqual(["Ada"]);
    expect((await ada.see(id)).excluded).toContainEqual({
      as: "author",
      who: ["mona@example.com"],
      from: ["built-in"],
    });
    expect((await ada.vote(id, approve)).body.status).toBe("approved");
  });

  it("decide where the policy lets them", async () => {
    await using product = await startProduct({
      policies: [{ name: "own", exclude: { author: false } }],
      state: { Parameters: { title: "Deploy" } },
    });
    const id = await pushed(product);
    expect((await (await voter(product, "mona")).vote(id, approve)).body.status).toBe("approved");
  });

  it("are matched with the repository and the branch of the signed push, whatever the input says", async () => {
    await using product = await startProduct({
      policies: [
        { name: "production", match: { repository: "acme/*", branch: "main" }, required: 2 },
        { name: "sandbox", match: { repository: "acme/sandbox" } },
      ],
      state: { Parameters: { repository: "acme/sandbox", ref: "refs/heads/try" } },
    });
    const id = await pushed(product);
    expect((await (await voter(product, "Ada")).see(id)).policy.names).toEqual(["production", "sandbox"]);
  });
});
