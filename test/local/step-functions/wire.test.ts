import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import { harness, until, type Harness } from "./harness.ts";

async function call(sfn: Harness, target: string | undefined, body: string, method = "POST") {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    ...(target === undefined ? {} : { "x-amz-target": target }),
  };
  const reply = await fetch(sfn.endpoint.url, { method, headers, ...(method === "POST" ? { body } : {}) });
  return {
    status: reply.status,
    headers: reply.headers,
    body: (await reply.json()) as Record<string, unknown>,
  };
}

describe("the wire", () => {
  it("is JSON 1.0, with times in seconds and a request id", async () => {
    await using sfn = await harness();
    await sfn.clock.advance(1_500);
    const reply = await call(sfn, "AWSStepFunctions.CreateActivity", '{"name":"a","unknown":1}');
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("application/x-amz-json-1.0");
    expect(reply.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.body).toEqual({
      activityArn: "arn:aws:states:us-east-1:123456789012:activity:a",
      creationDate: sfn.clock.now() / 1000,
    });
  });

  it.each([
    [
      "an unknown operation",
      "AWSStepFunctions.Nothing",
      "{}",
      "com.amazon.coral.service#UnknownOperationException",
    ],
    [
      "another service",
      "DynamoDB_20120810.ListTables",
      "{}",
      "com.amazon.coral.service#UnknownOperationException",
    ],
    ["no target", undefined, "{}", "com.amazon.coral.service#UnknownOperationException"],
    [
      "no JSON",
      "AWSStepFunctions.CreateActivity",
      "{nope",
      "com.amazon.coral.service#SerializationException",
    ],
    ["no object", "AWSStepFunctions.CreateActivity", "[]", "com.amazon.coral.service#SerializationException"],
    [
      "a wrong type",
      "AWSStepFunctions.CreateActivity",
      '{"name":5}',
      "com.amazon.coral.service#SerializationException",
    ],
    [
      "a missing member",
      "AWSStepFunctions.CreateActivity",
      "{}",
      "com.amazon.coral.validate#ValidationException",
    ],
    [
      "a domain error",
      "AWSStepFunctions.CreateActivity",
      '{"name":"a b"}',
      "com.amazonaws.swf.service.v2.model#InvalidName",
    ],
  ])("answers %s with 400 and its type", async (_, target, body, type) => {
    await using sfn = await harness();
    const reply = await call(sfn, target, body);
    expect(reply.status).toBe(400);
    expect(reply.body["__type"]).toBe(type);
  });

  it("lists all that is wrong with a request", async () => {
    await using sfn = await harness();
    const reply = await call(sfn, "AWSStepFunctions.CreateStateMachine", '{"definition":"","type":"FAST"}');
    expect(reply.body["message"]).toBe(
      [
        "4 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
        "Value at 'definition' failed to satisfy constraint: Member must have length greater than or equal to 1",
        "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
        "Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]",
      ].join("; "),
    );
  });

  it("answers 413 to a body above the limit", async () => {
    await using sfn = await harness();
    const reply = await call(sfn, "AWSStepFunctions.CreateActivity", " ".repeat(9 * 2 ** 20));
    expect(reply.status).toBe(413);
  });

  it("answers a GET, and a body that is not UTF-8", async () => {
    await using sfn = await harness();
    expect((await call(sfn, undefined, "", "GET")).status).toBe(400);
    const headers = { "x-amz-target": "AWSStepFunctions.CreateActivity" };
    const reply = await fetch(sfn.endpoint.url, { method: "POST", headers, body: Buffer.from([0x7b, 0xff]) });
    expect(await reply.json()).toMatchObject({ __type: "com.amazon.coral.service#SerializationException" });
  });

  it("stands a caller that hangs up in the middle of a request", async () => {
    await using sfn = await harness();
    const socket = createConnection(sfn.endpoint.port, "127.0.0.1");
    socket.write(
      "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSStepFunctions.CreateActivity\r\nContent-Length: 100\r\n\r\n{",
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect(await sfn.activity()).toContain(":activity:");
  });
});

describe("faults", () => {
  it("drop a request before anything is done", async () => {
    let drop = true;
    await using sfn = await harness({ faults: () => (drop ? { kind: "dropRequest" } : undefined) });
    await expect(sfn.activity()).rejects.toThrow();
    drop = false;
    const arn = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
    await expect(sfn.poll(arn)).rejects.toMatchObject({ name: "ActivityDoesNotExist" });
  });

  it("delay a call on the endpoint's clock", async () => {
    await using sfn = await harness({ faults: () => ({ kind: "delay", ms: 5_000 }) });
    let answered = false;
    const created = sfn.activity().finally(() => (answered = true));
    await until(() => sfn.clock.pending === 1);
    await sfn.clock.advance(4_999);
    expect(answered).toBe(false);
    await sfn.clock.advance(1);
    await created;
  });

  it("answer errors and throttling as AWS words them", async () => {
    await using sfn = await harness({
      faults: ({ operation, params }) =>
        operation === "CreateActivity" && JSON.stringify(params).includes("slow")
          ? { kind: "throttle" }
          : { kind: "error" },
    });
    await expect(sfn.activity("slow")).rejects.toMatchObject({
      name: "ThrottlingException",
      message: "Rate exceeded",
    });
    const failed = await sfn.activity("other").catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: "InternalServerError", $metadata: { httpStatusCode: 500 } });
  });
});
