import { randomUUID } from "node:crypto";
import type { Occurrence } from "../asl/execution-event.ts";
import { isJsonObject, type Json, type JsonObject } from "../asl/json.ts";
import { isDeferred, type ServiceTask } from "../asl/service-task.ts";
import type { Place } from "./arn.ts";
import { AwsError, invalidOutput } from "./aws-error.ts";
import { waitingOf } from "./deliver.ts";
import type { Engine } from "./engine.ts";
import { invokeFunction, type Functions } from "./functions.ts";
import { FactNotKept } from "./insist.ts";
import { queueAt, sendMessage } from "./message-queues.ts";
import { readPayload } from "./read-payload.ts";
import { ServiceFault } from "./service-fault.ts";
import { startExecution } from "./start-execution.ts";
import type { TaskRef } from "./world.ts";

/** A task's call of a service, as it reaches this endpoint. */
export interface ServiceCall {
  readonly ref: TaskRef;
  readonly service: ServiceTask;
  readonly parameters: Json;
}

/** Does what tasks ask for; never at once, since a machine may start itself without end. */
export interface Services {
  call(call: ServiceCall): void;
  close(): void;
}

export function services(engine: Engine, functions: Functions): Services {
  const soon = new Set<NodeJS.Immediate>();
  let closed = false;
  const tell = ({ ref }: ServiceCall, occurrence: Occurrence) => {
    if (!closed) engine.insist(() => engine.send(ref.executionArn, occurrence));
  };
  const refuse = (call: ServiceCall, error: unknown) =>
    tell(call, { type: "serviceRefused", task: call.ref.task, ...faultOf(error, call.service) });
  const answer = (call: ServiceCall) => {
    try {
      void perform(engine, functions, call)?.then(
        (output) => tell(call, { type: "serviceAnswered", task: call.ref.task, output }),
        (error: unknown) => refuse(call, error),
      );
    } catch (error) {
      if (error instanceof FactNotKept) throw error;
      refuse(call, error);
    }
  };
  return {
    call(call) {
      const immediate = setImmediate(() => {
        soon.delete(immediate);
        const waiting = waitingOf(engine.world, call.ref);
        const wanted = waiting?.for === "service" && waiting.key === call.ref.task;
        if (wanted && waiting.phase === "called") engine.insist(() => answer(call));
      });
      soon.add(immediate);
    },
    close() {
      closed = true;
      for (const immediate of soon) clearImmediate(immediate);
    },
  };
}

/** The output; undefined if a fact has told it to the task already. */
function perform(engine: Engine, functions: Functions, call: ServiceCall): Promise<Json> | undefined {
  const { service } = call;
  if (service.kind === "function")
    return invokeFunction(functions, engine.place, service.functionArn, call.parameters);
  const parameters = isJsonObject(call.parameters) ? call.parameters : {};
  switch (
    `${service.resourceType.replace(/^aws-sdk:sfn$/u, "states").replace(/^aws-sdk:/u, "")}:${service.action}`
  ) {
    case "states:startExecution":
      start(engine, call, parameters);
      return undefined;
    case "states:sendTaskSuccess":
    case "states:sendTaskFailure":
    case "states:sendTaskHeartbeat":
      answerTask(engine, service.action, parameters);
      return Promise.resolve({});
    case "sqs:sendMessage":
      send(engine, call, parameters);
      return undefined;
    case "lambda:invoke":
      return invoke(functions, engine.place, parameters);
    default: {
      const text = `The service integration '${service.resourceType}:${service.resource}' is not supported by this endpoint`;
      throw new ServiceFault("States.TaskFailed", text);
    }
  }
}

function start(
  engine: Engine,
  { ref, service }: ServiceCall,
  { StateMachineArn, Name, Input }: JsonObject,
): void {
  const waits = isDeferred(service) && service.kind === "service" && service.pattern !== "token";
  const request = {
    stateMachineArn: required("StateMachineArn", StateMachineArn),
    name: typeof Name === "string" ? Name : undefined,
    input: typeof Input === "string" ? Input : JSON.stringify(Input ?? {}),
  };
  startExecution(engine, request, { ref, waits, datesAsText: isOfSdk(service) });
}

function send(
  engine: Engine,
  { ref }: ServiceCall,
  { QueueUrl, MessageBody, DelaySeconds }: JsonObject,
): void {
  const queue = queueAt(engine, required("QueueUrl", QueueUrl));
  const body = typeof MessageBody === "string" ? MessageBody : JSON.stringify(MessageBody ?? "");
  const delay = typeof DelaySeconds === "number" ? { delaySeconds: DelaySeconds } : {};
  sendMessage(engine, { queue, body: MessageBody === undefined ? "" : body, ...delay }, ref);
}

/** A state may answer the task of another execution; the call has no result of its own. */
function answerTask(engine: Engine, action: string, parameters: JsonObject): void {
  const { TaskToken, Output, Error: error, Cause: cause } = parameters;
  const token = required("TaskToken", TaskToken);
  if (action === "sendTaskSuccess") {
    const output = readPayload(required("Output", Output), invalidOutput);
    engine.answer(token, (task) => ({ type: "taskSucceeded", task, output }));
  } else if (action === "sendTaskHeartbeat") {
    engine.answer(token, (task) => ({ type: "taskHeartbeat", task }));
  } else {
    const details = {
      ...(typeof error === "string" ? { error } : {}),
      ...(typeof cause === "string" ? { cause } : {}),
    };
    engine.answer(token, (task) => ({ type: "taskFailed", task, ...details }));
  }
}

async function invoke(
  functions: Functions,
  place: Place,
  { FunctionName, Payload }: JsonObject,
): Promise<Json> {
  const payload = await invokeFunction(
    functions,
    place,
    required("FunctionName", FunctionName),
    Payload ?? {},
  );
  return { ExecutedVersion: "$LATEST", Payload: payload, StatusCode: 200 };
}

function required(name: string, value: Json | undefined): string {
  if (typeof value === "string") return value;
  throw new AwsError("ValidationException", `The parameter ${name} is required and must be a string`);
}

/** Calls the API as the SDK has it, rather than through an integration that AWS has made for the service. */
function isOfSdk(service: ServiceTask): boolean {
  return service.kind === "service" && service.resourceType.startsWith("aws-sdk:");
}

/** How AWS's integrations name the services and their errors in the causes of failures. */
const names: Readonly<Record<string, readonly [error: string, service: string]>> = {
  states: ["StepFunctions", "AWSStepFunctions"],
  "aws-sdk:sfn": ["Sfn", "Sfn"],
  sqs: ["SQS", "AmazonSQS"],
  "aws-sdk:sqs": ["Sqs", "Sqs"],
};

/** Codes for which the services' models have no exception: these come as the service's general one, e.g. AmazonSQSException. */
const unmodelled = new Set(["MissingParameter", "InvalidParameterValue", "ValidationException"]);

function faultOf(thrown: unknown, service: ServiceTask): { error: string; cause: string } {
  if (thrown instanceof ServiceFault) return { error: thrown.error, cause: thrown.message };
  const type = service.kind === "function" ? "lambda" : service.resourceType;
  const [prefix, shown] = names[type] ?? [type, type];
  if (!(thrown instanceof AwsError)) return { error: `${prefix}.InternalError`, cause: String(thrown) };
  const { code, message } = thrown;
  const named = code.endsWith("Exception") ? code : `${code}Exception`;
  const name = unmodelled.has(code) ? `${shown}Exception` : named;
  return { error: `${prefix}.${name}`, cause: `${message} (${origin(shown, thrown, isOfSdk(service))})` };
}

/** As the SDK for Java writes it, whose second version the SDK integrations use. */
function origin(service: string, { code, status }: AwsError, ofSdk: boolean): string {
  const id = randomUUID();
  if (ofSdk) return `Service: ${service}, Status Code: ${status}, Request ID: ${id}`;
  const errorCode = code === "QueueDoesNotExist" ? "AWS.SimpleQueueService.NonExistentQueue" : code;
  return `Service: ${service}; Status Code: ${status}; Error Code: ${errorCode}; Request ID: ${id}; Proxy: null`;
}
