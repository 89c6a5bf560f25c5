import { request } from "node:http";
import { expect, test } from "vitest";
import { harness } from "./harness.ts";

/** Calls ListActivities with the headers that a caller chooses, Host too. */
function callWith(port: number, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        port,
        host: "127.0.0.1",
        method: "POST",
        headers: { "x-amz-target": "AWSStepFunctions.ListActivities", ...headers },
      },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    call.on("error", reject).end("{}");
  });
}

test("a page of another site, and one whose name was pointed at this machine, may not call", async () => {
  await using local = await harness();
  const { port } = local.endpoint;
  const pages = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "same-origin" },
    { host: `evil.example:${port}` },
    { host: "evil.example" },
  ];
  for (const headers of pages) expect([headers, await callWith(port, headers)]).toEqual([headers, 400]);
});

test("clients on this machine and in a container's network may call", async () => {
  await using local = await harness();
  const { port } = local.endpoint;
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    "step-functions:8083",
    "host.docker.internal:8083",
  ])
    expect([host, await callWith(port, { host })]).toEqual([host, 200]);
});
