import { configFileShape, type ConfigFile } from "../../src/contract/config-file.ts";
import type { ProductOptions } from "./product.ts";

export const webhookSecret = "a webhook secret of the tests";
export const eventBridgeSecret = "an-eventbridge-secret-of-the-tests";

/** The countersign.yaml of the tests' product. */
export function productConfig(
  options: ProductOptions,
  activityArn: string,
  stateMachineArn: string,
): ConfigFile {
  return configFileShape.parse({
    activities: [{ arn: activityArn, pollers: { min: 1, max: 5 }, ...options.activity }],
    triggers: [
      {
        forge: "github",
        repository: "*/*",
        branch: "*",
        on: ["push", "merge"],
        secrets: [webhookSecret, "the secret before it"],
        stateMachineArn,
        ...options.trigger,
      },
    ],
    policies: options.policies ?? [],
    eventBridge: { secrets: [eventBridgeSecret, "the-eventbridge-secret-before-it"] },
    ...(options.signIn === undefined ? {} : { signIn: options.signIn }),
  });
}
