import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock, type Clock } from "./clock.ts";
import { createEngine } from "./engine/create-engine.ts";
import type { Functions } from "./engine/functions.ts";
import type { Faults } from "./faults.ts";
import { openJournal } from "./journal/open-journal.ts";
import { httpHandler, type Log } from "./wire/http-handler.ts";
import { throttle, type Throttling } from "./wire/throttle.ts";

export type { Functions, FunctionTarget } from "./engine/functions.ts";
export type { Log } from "./wire/http-handler.ts";

export interface StepFunctionsOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** 127.0.0.1 by default: nothing checks who calls. */
  readonly host?: string;
  /** us-east-1 by default. */
  readonly region?: string;
  /** 123456789012 by default. */
  readonly accountId?: string;
  /** All timeouts, heartbeats, waits and the 60 s of an empty poll go by it. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** What stands in for Lambda functions, by ARN or name: a URL, the path of a module with a `handler`, or a handler. */
  readonly functions?: Functions;
  /** Holds callers to AWS's own rates, as they are in large regions or in the others; by default all calls pass. */
  readonly throttling?: Throttling;
  /**
   * Where all that happens is written down. After a restart with the same folder everything goes on, `kill -9` included; without one,
   * executions live as long as the endpoint.
   */
  readonly journalFolder?: string;
  /** Signs task tokens; by default the journal's own secret, or one by chance. */
  readonly tokenSecret?: Buffer;
  /** Lets calls go wrong, for tests. */
  readonly faults?: Faults;
}

export interface StepFunctions {
  /** What AWS_ENDPOINT_URL_SFN takes. */
  readonly url: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  /** How many polls are open at an activity: lets a test wait until its poller has arrived. */
  openPolls(activityArn: string): number;
  /**
   * Answers all open polls at once with the empty reply, and those to come too: for a process that holds both the endpoint
   * and its pollers, and wants to stop without waiting 60 s and without losing a token on the way.
   */
  releasePolls(): void;
  /** Ends polls, connections and timers; leaves nothing open. May be called twice. */
  close(): Promise<void>;
}

/** Starts a local endpoint that speaks the API of AWS Step Functions. Throws JournalFault if it cannot go on from its journal. */
export async function startStepFunctions(options: StepFunctionsOptions = {}): Promise<StepFunctions> {
  const { port = 0, host = "127.0.0.1", region = "us-east-1", accountId = "123456789012" } = options;
  const { clock = systemClock(), log = () => undefined, faults = () => undefined, functions = {} } = options;
  const journal =
    options.journalFolder === undefined ? null : await openJournal(options.journalFolder, { clock, log });
  const tokenSecret = options.tokenSecret ?? journal?.tokenSecret;
  const engine = createEngine({
    clock,
    place: { region, accountId },
    functions,
    trouble: (message, fields) => log("error", message, fields),
    ...(tokenSecret === undefined ? {} : { tokenSecret }),
    ...(journal === null ? {} : { world: journal.world }),
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    engine.close();
    await closeServer(server);
    await journal?.close();
  };
  const handle = httpHandler({ engine, clock, log, faults, throttle: throttle(clock, options.throttling) });
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log("error", "a reply could not be written", { error });
      request.socket.destroy();
    });
  });
  // Longer than a poll is held: a client may pause between two calls without finding its connection closed.
  server.keepAliveTimeout = 75_000;
  try {
    server.listen(port, host);
    await once(server, "listening");
    journal?.attach(engine);
  } catch (error) {
    await close();
    throw error;
  }
  const address = server.address() as AddressInfo;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    region,
    accountId,
    openPolls: (activityArn) => engine.openPolls(activityArn),
    releasePolls: () => engine.releasePolls(),
    close: () => (closing ??= close()),
  };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
