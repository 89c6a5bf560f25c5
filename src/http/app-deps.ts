import type { Deps } from "../application/deps.ts";
import type { Forge, ForgeName } from "../application/ports/intake.ts";
import type { People } from "../application/ports/people.ts";
import type { Trigger } from "../domain/trigger.ts";
import type { Readiness } from "./readiness.ts";

/** A trigger with the secrets under which its forge may sign. */
export interface SignedTrigger extends Trigger {
  secrets: readonly string[];
}

/** What the HTTP side needs beyond the use cases' own dependencies. */
export interface AppDeps {
  use: Deps;
  people: People;
  forges: Readonly<Record<ForgeName, Forge>>;
  triggers: readonly SignedTrigger[];
  /** Empty: no events of EventBridge are taken. */
  eventBridgeSecrets: readonly string[];
  /** Without a slash at the end. */
  publicUrl: string;
  /** Origins whose pages are ours. */
  origins: readonly string[];
  /** How many reverse proxies pass requests on to this server; 0: none. */
  trustedProxies: number;
  /** Absolute folder of the built pages. */
  webFolder: string;
  readiness: Pick<Readiness, "look">;
  metrics: MetricsText;
}

/** What Prometheus scrapes. */
export interface MetricsText {
  text(): Promise<{ contentType: string; text: string }>;
}
