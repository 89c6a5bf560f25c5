import type { QueryLanguage, TaskState } from "../definition.ts";
import { isJsonObject, type Json } from "../json.ts";
import { isActivity, readServiceTask, type Pattern } from "../service-task.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

interface Integration {
  readonly patterns: readonly Pattern[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The integrations that run here, as AWS takes them: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html. */
const integrations: ReadonlyMap<string, Integration> = new Map([
  [
    "sqs:sendMessage",
    {
      patterns: ["response", "token"],
      required: ["QueueUrl", "MessageBody"],
      optional: ["DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId"],
    },
  ],
  [
    "states:startExecution",
    {
      patterns: ["response", "sync", "sync:2", "token"],
      required: ["StateMachineArn"],
      optional: ["Input", "Name", "TraceHeader"],
    },
  ],
  [
    "lambda:invoke",
    {
      patterns: ["response", "token"],
      required: ["FunctionName"],
      optional: ["ClientContext", "InvocationType", "LogType", "Payload", "Qualifier"],
    },
  ],
]);
/** Of other services nothing is known here: what they take is not looked at, and their tasks fail when they run. */
const services = new Set([...integrations.keys()].map((name) => name.split(":")[0]));

/** A Resource that AWS does not know, and arguments that its service does not take. */
export function serviceFaults(state: TaskState, language: QueryLanguage, at: string): Diagnostic[] {
  const { Resource: resource } = state;
  if (!resource.startsWith("arn:"))
    return [schemaFault(`Value is not a valid resource ARN: ${resource}`, at)];
  if (isActivity(resource)) return [];
  const unknown = [
    schemaFault(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      `${at}/Resource`,
    ),
  ];
  const task = readServiceTask(resource);
  if (task === undefined) return /^arn:aws[\w-]*:(?:states|lambda):/u.test(resource) ? unknown : [];
  if (task.kind === "function" || !services.has(task.resourceType)) return [];
  const integration = integrations.get(`${task.resourceType}:${task.action}`);
  if (integration?.patterns.includes(task.pattern) !== true) return unknown;
  const field = language === "JSONata" ? "Arguments" : "Parameters";
  return argumentFaults(integration, state[field], `${at}/${field}`);
}

function argumentFaults(
  { required, optional }: Integration,
  given: Json | undefined,
  at: string,
): Diagnostic[] {
  // An expression makes them when the state runs.
  if (typeof given === "string") return [];
  const names = isJsonObject(given) ? Object.keys(given).map((name) => name.replace(/\.\$$/u, "")) : [];
  const missing = required.filter((name) => !names.includes(name));
  const unsupported = names.filter((name) => !required.includes(name) && !optional.includes(name));
  return [
    ...missing.map((name) => schemaFault(`The field '${name}' is required but was missing`, at)),
    ...unsupported.map((name) => schemaFault(`The field '${name}' is not supported by Step Functions`, at)),
  ];
}

/** What an Express machine cannot do: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html. */
export function expressFaults({ Resource: resource }: TaskState, at: string): Diagnostic[] {
  const fault = (what: string) => [schemaFault(`Express state machine does not support ${what}`, at)];
  if (isActivity(resource)) return fault("Activity");
  const task = readServiceTask(resource);
  if (task === undefined || task.kind === "function" || task.pattern === "response") return [];
  return fault(`'.${task.pattern === "token" ? "waitForTaskToken" : task.pattern}' service integration`);
}
