/** How long a task takes: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html. */
export type Pattern = "response" | "sync" | "sync:2" | "token";

/** What a Task state's Resource names, other than an activity. */
export type ServiceTask =
  /** A function by its own ARN; its history has events of its own. */
  | { readonly kind: "function"; readonly functionArn: string }
  | {
      readonly kind: "service";
      /** E.g. `sqs`, as history has it. */
      readonly resourceType: string;
      /** E.g. `sendMessage.waitForTaskToken`, as history has it. */
      readonly resource: string;
      /** E.g. `sendMessage`. */
      readonly action: string;
      readonly pattern: Pattern;
    };

const activity = /^arn:aws[\w-]*:states:[\w-]*:\d*:activity:/u;
const lambda = /^arn:aws[\w-]*:lambda:[\w-]*:\d*:function:./u;
const service =
  /^arn:aws[\w-]*:states:[\w-]*:\d*:((?:aws-sdk:)?[\w-]+):((\w+)(?:\.(sync|sync:2|waitForTaskToken))?)$/u;

export function isActivity(resource: string): boolean {
  return activity.test(resource);
}

/** Reads a Resource; undefined for what is neither a function nor a service integration. */
export function readServiceTask(arn: string): ServiceTask | undefined {
  if (lambda.test(arn)) return { kind: "function", functionArn: arn };
  const match = service.exec(arn);
  if (match === null) return undefined;
  const [, resourceType = "", resource = "", action = "", suffix] = match;
  const pattern =
    suffix === undefined ? "response" : suffix === "waitForTaskToken" ? "token" : (suffix as Pattern);
  return { kind: "service", resourceType, resource, action, pattern };
}

/** Whether the task is done only when it is said to be, rather than with the service's response. */
export function isDeferred(task: ServiceTask): boolean {
  return task.kind === "service" && task.pattern !== "response";
}
