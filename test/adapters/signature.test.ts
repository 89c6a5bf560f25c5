import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { ListActivitiesCommand, SendTaskHeartbeatCommand } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { createClients } from "../../src/adapters/step-functions/clients.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a secret access key" };

interface Received {
  headers: IncomingMessage["headers"];
  body: string;
}

/** Signature Version 4 by its documentation: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. */
function signatureOf({ headers, body }: Received, region: string): string {
  const [, scope = "", signed = ""] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? "") ?? [];
  const [date = ""] = scope.split("/");
  expect(scope).toBe(`${date}/${region}/states/aws4_request`);
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const canonicalHeaders = signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ["POST", "/", "", canonicalHeaders.join(""), signed, sha256(body)].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", String(headers["x-amz-date"]), scope, sha256(canonical)].join("\n");
  const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
  const key = [date, region, "states", "aws4_request"].reduce<Buffer | string>(
    (last, part) => hmac(last, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  return hmac(key, toSign).toString("hex");
}

it("every call is signed as AWS asks, whichever client makes it and however often", async () => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = createClients({ region: "eu-central-1", endpoint, credentials });
  try {
    for (const taskToken of ["one", "two", "trois 😀"])
      for (const client of [clients.heartbeats, clients.answers])
        await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await clients.control.send(new ListActivitiesCommand({}));
    expect(received.map(({ body }) => body)).toContain('{"taskToken":"trois 😀"}');
    for (const each of received) {
      expect(each.headers.authorization).toContain(`Signature=${signatureOf(each, "eu-central-1")}`);
      expect(each.headers.authorization).toMatch(/SignedHeaders=[^,]*host;[^,]*x-amz-date;x-amz-target/);
    }
    expect(received).toHaveLength(7);
  } finally {
    clients.close();
    server.closeAllConnections();
    server.close();
  }
});
