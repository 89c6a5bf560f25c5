import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFunctions } from "../../local/read-functions.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "countersign-functions-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("stand-ins for Lambda functions", () => {
  it("are named one by one: a URL, or a module from here", async () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:price";
    const url = "http://127.0.0.1:9000/price?stage=dev";
    expect(await readFunctions([`${arn}=${url}`, "notify=./notify.js"])).toEqual({
      [arn]: url,
      notify: resolve("notify.js"),
    });
  });

  it("come from a file, modules from beside it; what is named later counts", async () => {
    const file = join(folder, "functions.json");
    await writeFile(file, JSON.stringify({ price: "price.js", notify: "https://example.test/notify" }));
    expect(await readFunctions([file, "notify=http://127.0.0.1:9000"])).toEqual({
      price: join(folder, "price.js"),
      notify: "http://127.0.0.1:9000",
    });
  });

  it("are refused in words when the file is no such map", async () => {
    const file = join(folder, "wrong.yaml");
    await writeFile(file, "- price.js\n");
    await expect(readFunctions([file])).rejects.toThrow(`${file} is not right: it maps each function's name`);
    await writeFile(file, "price: [\n");
    await expect(readFunctions([file])).rejects.toThrow(`${file} cannot be read`);
    await expect(readFunctions(["nowhere.yaml"])).rejects.toThrow("neither NAME=URL|module nor a file");
  });
});
