import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../local/free-port.ts";

export interface RedisServer {
  url: string;
  stop(): Promise<void>;
}

/** A real redis-server on a free port of the loopback, its files in `folder`. */
export async function startRedis(program: string, folder: string): Promise<RedisServer> {
  const port = await freePort();
  const options = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "no",
    "--maxmemory-policy",
    "noeviction",
    "--databases",
    "64",
  ];
  const server = spawn(program, options, { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  await untilItAnswers(url);
  return {
    url,
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
    },
  };
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => undefined);
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await client.connect();
      await client.ping();
      client.disconnect();
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error(`redis-server does not answer at ${url}`);
}
