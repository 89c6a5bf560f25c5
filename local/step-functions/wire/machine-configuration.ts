import type { JsonObject } from "../asl/json.ts";
import { AwsError } from "../engine/aws-error.ts";
import type { StateMachineRecord } from "../engine/world.ts";

type Configuration = NonNullable<StateMachineRecord["configuration"]>;

interface Given {
  readonly loggingConfiguration?: Record<string, unknown> | null | undefined;
  readonly tracingConfiguration?: Record<string, unknown> | null | undefined;
  readonly encryptionConfiguration?: Record<string, unknown> | null | undefined;
}

const names = ["loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"] as const;

/**
 * What a request says about logging, tracing and encryption, put over what was said before. Throws
 * InvalidLoggingConfiguration for logging without exactly one destination.
 */
export function readConfiguration(
  given: Given,
  before: Configuration = {},
): { configuration?: Configuration } {
  const { loggingConfiguration: logging } = given;
  const destinations = logging?.destinations;
  const count = Array.isArray(destinations) ? destinations.length : 0;
  const logs = typeof logging?.level === "string" && logging.level !== "OFF";
  if (logs && count !== 1) {
    const text = "Invalid Logging Configuration: Must specify exactly one Log Destination.";
    throw new AwsError("InvalidLoggingConfiguration", text);
  }
  const said = names.flatMap((name) => {
    const value = given[name];
    return value === undefined || value === null ? [] : [[name, value as JsonObject] as const];
  });
  if (said.length === 0 && Object.keys(before).length === 0) return {};
  return { configuration: { ...before, ...Object.fromEntries(said) } };
}

/** What a machine has in effect: the defaults stand for what nobody has said. */
export function shownConfiguration(configuration: Configuration = {}) {
  return {
    loggingConfiguration: {
      level: "OFF",
      includeExecutionData: false,
      ...configuration.loggingConfiguration,
    },
    tracingConfiguration: { enabled: false, ...configuration.tracingConfiguration },
    encryptionConfiguration: { type: "AWS_OWNED_KEY", ...configuration.encryptionConfiguration },
  };
}
