import { DeliveryInvalid, type Forge, type Headers } from "../../application/ports/intake.ts";
import { readGithubEvent } from "./github-event.ts";
import { hasValidSignature, signatureForm } from "./github-signature.ts";

/** GitHub and GitHub Enterprise Server (GitHub docs, "Validating webhook deliveries"). */
export const github: Forge = {
  mayBeSigned: (headers) => signatureForm.test(textOf(headers["x-hub-signature-256"])),
  isSigned: (body, headers, secrets) =>
    hasValidSignature(body, textOf(headers["x-hub-signature-256"]), secrets),
  read(body, headers) {
    const deliveryId = required(headers, "X-GitHub-Delivery");
    const eventName = required(headers, "X-GitHub-Event");
    return { deliveryId, eventName, ...readGithubEvent(eventName, body) };
  },
};

function required(headers: Headers, name: string): string {
  const value = textOf(headers[name.toLowerCase()]);
  if (value === "" || value.length > 255)
    throw new DeliveryInvalid([{ field: name, message: "is missing, or longer than 255 characters" }]);
  return value;
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : "";
}
