import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Logger } from "pino";
import { github } from "./adapters/forges/github.ts";
import { createPeople } from "./adapters/people/people.ts";
import type { People } from "./application/ports/people.ts";
import type { Composed } from "./compose.ts";
import type { ConfigFile } from "./contract/config-file.ts";
import type { AppDeps } from "./http/app-deps.ts";
import { createApp } from "./http/app.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { projectFile } from "./project-file.ts";

export interface ApiOptions {
  composed: Composed;
  configFile: ConfigFile;
  secret: string;
  host: string;
  port: number;
  publicUrl: string;
  trustedProxies: number;
  log: Logger;
  lifecycle: Lifecycle;
}

/** Serves the pages, the API and the webhooks. Throws if the port is taken. */
export async function startApi(options: ApiOptions): Promise<{ people: People }> {
  const { composed, publicUrl, log, lifecycle } = options;
  const origins = originsOf(publicUrl);
  const people = createPeople(composed.database, { secret: options.secret, publicUrl, origins });
  const server = createServer(createApp(appDeps(options, people, origins), log));
  server.listen(options.port, options.host);
  await once(server, "listening");
  lifecycle.onClose("HTTP server", () => closeServer(server));
  return { people };
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

function appDeps(
  { composed, configFile, publicUrl, trustedProxies }: ApiOptions,
  people: People,
  origins: string[],
): AppDeps {
  const { deps, readiness, metrics } = composed;
  return {
    use: deps,
    people,
    forges: { github },
    triggers: configFile.triggers,
    publicUrl,
    origins,
    trustedProxies,
    webFolder: projectFile("dist/web"),
    readiness,
    metrics,
  };
}

/** On the loopback a page is the same by name and by number. */
function originsOf(publicUrl: string): string[] {
  const { origin, hostname, protocol, port } = new URL(publicUrl);
  const names = ["127.0.0.1", "localhost", "[::1]"];
  return names.includes(hostname)
    ? names.map((name) => `${protocol}//${name}${port === "" ? "" : `:${port}`}`)
    : [origin];
}
