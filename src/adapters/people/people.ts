import { toNodeHandler } from "better-auth/node";
import type { IncomingHttpHeaders } from "node:http";
import type { Entropy } from "../../application/deps.ts";
import type { People } from "../../application/ports/people.ts";
import type { PeopleStore } from "../../application/ports/people-store.ts";
import type { Clock } from "../../application/ports/runtime.ts";
import type { OidcConfig, SignInConfig } from "../../contract/sign-in-config.ts";
import { storeFault, type Database } from "../postgres/database.ts";
import { createAuth, type Auth } from "./create-auth.ts";
import { passwordHooks } from "./password-hooks.ts";
import { createProviderAuth, type ProviderAuth } from "./provider-auth.ts";
import { createSessionReader } from "./session-reader.ts";
import { createSignInEvents, type SignInEvents } from "./sign-in-events.ts";

export interface PeopleOptions {
  secret: string;
  publicUrl: string;
  /** Origins from which the page may be used. */
  origins: readonly string[];
  signIn: SignInConfig;
  clock: Clock;
  entropy: Entropy;
  peopleStore: PeopleStore;
}

export function createPeople(database: Database, options: PeopleOptions): People {
  const { secret, publicUrl, origins, signIn, clock } = options;
  const events = createSignInEvents(database, clock);
  const hooks = passwordHooks(database, {
    events,
    personOf: async (cookie) => (await (await reader)(cookie))?.person ?? null,
  });
  const auth = createAuth(database, {
    secret,
    publicUrl,
    origins,
    withPassword: signIn.password,
    plugins: [],
    hooks,
  });
  const reader = auth.$context.then(({ authCookies, secret: key }) =>
    createSessionReader(database, { name: authCookies.sessionToken.name, secret: key }),
  );
  const openSession = async ({ cookie }: IncomingHttpHeaders) => (await reader)(cookie);
  const providerAuth = rememberProviders(database, options, events);
  return {
    methods: {
      password: signIn.password,
      providers: signIn.oidc.map(({ id, label = `Sign in with ${id}` }) => ({ id, label })),
    },
    handler: nodeHandlerOf(auth),
    async providerHandler(id, request, response) {
      const { auth: handling, inFlow } = await providerAuth(id);
      await inFlow(() => nodeHandlerOf(handling)(request, response));
    },
    authenticate: async (headers) => (await openSession(headers))?.person ?? null,
    currentSession: async (headers) => (await openSession(headers))?.id ?? null,
  };
}

/** Fails with StoreUnavailable where Postgres is away: better-auth asks it by itself. */
function nodeHandlerOf(auth: Auth): ReturnType<typeof toNodeHandler> {
  const handle = toNodeHandler(auth);
  return (request, response) =>
    handle(request, response).catch((error: unknown) => {
      throw storeFault(error);
    });
}

/** Makes what speaks to a provider when it is needed first; one that was away is asked again the next time. */
function rememberProviders(database: Database, options: PeopleOptions, events: SignInEvents) {
  const made = new Map<string, Promise<ProviderAuth>>();
  const make = (config: OidcConfig) => {
    const making = createProviderAuth(database, config, options, { deps: options, events });
    making.catch(() => made.delete(config.id));
    made.set(config.id, making);
    return making;
  };
  return (id: string): Promise<ProviderAuth> => {
    const config = options.signIn.oidc.find((each) => each.id === id);
    if (config === undefined) throw new Error(`there is no identity provider ${id}`);
    return made.get(id) ?? make(config);
  };
}
