import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "./config.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Serves HTTP until `lifecycle` closes. Returns the port. Throws ConfigError if it is taken; `variable` is what sets it. */
export async function listen(
  handle: RequestListener,
  { host, port, variable, what }: { host: string; port: number; variable: string; what: string },
  lifecycle: Lifecycle,
): Promise<number> {
  const server = createServer(handle);
  server.listen(port, host);
  await once(server, "listening").catch((error: unknown) => {
    throw isTaken(error)
      ? new ConfigError(
          `${host}:${port} is taken: end what listens there, or give ${variable} another port (0 for any).`,
        )
      : error;
  });
  lifecycle.onClose(what, () => closeServer(server));
  return (server.address() as AddressInfo).port;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

/** What is under way has this long to finish. */
const drainMs = 5_000;

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A browser keeps its connection open; each is closed as soon as nothing is under way on it.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
}
