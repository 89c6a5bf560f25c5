import { invalidArn, invalidName } from "./aws-error.ts";

export type ResourceType = "activity" | "stateMachine" | "execution" | "mapRun";

/** Where the endpoint claims to stand. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function makeArn(
  { region, accountId }: Place,
  type: ResourceType,
  ...names: readonly string[]
): string {
  return `arn:aws:states:${region}:${accountId}:${type}:${names.join(":")}`;
}

/** Where a resource stands: the endpoint itself may have been started elsewhere since. */
export function placeOf(arn: string): Place {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { region, accountId };
}

/** Throws InvalidArn unless the text is the ARN of such a resource; says nothing about whether it exists. */
export function checkArn(arn: string, type: ResourceType): void {
  if (!arn.startsWith("arn:")) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const [, , service, , , found, name] = arn.split(":");
  if (service !== "states" || name === undefined || name === "") throw invalidArn(`Invalid ARN: ${arn}`);
  if (found !== type) throw invalidArn(`Resource type not valid in this context: ${found}`);
}

/** Throws InvalidArn unless the text is the ARN of a role; whether there is one is IAM's business. */
export function checkRoleArn(arn: string): void {
  if (!arn.startsWith("arn:")) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  if (!/^arn:aws[\w-]*:iam::\d*:role\/.+$/u.test(arn)) throw invalidArn(`Invalid Role Arn: ${arn}`);
}

/** White space, control characters and what the API reference forbids in names. */
const forbidden = /[\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/\uFFFE\uFFFF\p{Cs}]/u;

/** Throws InvalidName. The length is the model's business, see the request shapes. */
export function checkName(name: string): void {
  if (forbidden.test(name)) throw invalidName(name);
}
