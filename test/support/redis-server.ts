import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../local/free-port.ts";

export interface RedisServer {
  url: string;
  /** Null: it did not start. */
  pid: number | null;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A real redis-server on a port of the loopback (a free one unless it is given), its files in `folder`; it forgets all when it stops. */
export async function startRedis(program: string, folder: string, fixedPort = 0): Promise<RedisServer> {
  const port = fixedPort === 0 ? await freePort() : fixedPort;
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
    pid: server.pid ?? null,
    async stop(signal = "SIGTERM") {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill(signal);
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
