import { SFNServiceException } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { pollFailed } from "../../src/adapters/step-functions/errors.ts";

it.each([
  ["KmsAccessDeniedException", "kms"],
  ["KmsInvalidStateException", "kms"],
  ["KmsThrottlingException", "throttled"],
  ["AccessDeniedException", "credentials"],
])("a poll that fails with %s is trouble of the kind %s, told in AWS's own words", (name, kind) => {
  const message = "The role lacks kms:Decrypt";
  const failure = pollFailed(new SFNServiceException({ name, message, $fault: "client", $metadata: {} }));
  expect(failure.kind).toBe(kind);
  expect(failure.message).toContain(message);
});
