// An endpoint that answers at once and does nothing, so that what is measured is the client. Reports its port, then what it counted.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Tasks to give out; a poll after the last one is held. */
let tasks = 0;
let taken = 0;
/** As long as a call of AWS takes on the way, for what is measured against that. */
let delayMs = 0;

const input = JSON.stringify({ commit: "2f5e4ae6b7d1c09f8b3a4d5e6f708192a3b4c5d6", repository: "acme/shop" });

function replyTo(operation: string): string | null {
  if (operation !== "GetActivityTask") return "{}";
  if (taken >= tasks) return null;
  taken += 1;
  return JSON.stringify({ taskToken: randomBytes(384).toString("base64"), input });
}

/** Polls that are held until there are tasks again. */
let held: (() => void)[] = [];

const server = createServer((request, response) => {
  request.resume();
  request.on("end", function answer() {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const body = replyTo(operation);
    if (body === null) return void held.push(answer);
    const reply = () => {
      response.writeHead(200, {
        "content-type": "application/x-amz-json-1.0",
        "content-length": body.length,
      });
      response.end(body);
    };
    if (delayMs === 0) reply();
    else setTimeout(reply, delayMs);
  });
});
server.keepAliveTimeout = 75_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));

process.on("message", (message: { tasks?: number; delayMs?: number }) => {
  tasks = message.tasks ?? tasks;
  delayMs = message.delayMs ?? delayMs;
  taken = 0;
  const waiting = held;
  held = [];
  for (const answer of waiting) answer();
  process.send?.({ ready: true });
});
process.on("disconnect", () => process.exit());
