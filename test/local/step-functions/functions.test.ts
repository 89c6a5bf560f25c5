import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Functions } from "../../../local/step-functions/engine/functions.ts";
import { harness, outline } from "./harness.ts";
import { settled, task } from "./service-tasks.ts";

describe("Lambda functions", () => {
  const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:price";
  const invoke = "arn:aws:states:::lambda:invoke";
  const double = (payload: unknown) => ({ n: (payload as { n: number }).n * 2 });

  it("are called by their own ARN, with events of their own", async () => {
    await using sfn = await harness({ functions: { [functionArn]: double } });
    const execution = await sfn.start(await sfn.machine(task(functionArn, { n: 21 })));
    expect((await settled(sfn, execution)).output).toBe('{"n":42}');
    expect(outline(await sfn.history(execution)).slice(2, 5)).toEqual([
      [3, 2, "LambdaFunctionScheduled"],
      [4, 3, "LambdaFunctionStarted"],
      [5, 4, "LambdaFunctionSucceeded"],
    ]);
  });

  it("are called by lambda:invoke, by name and with a qualifier", async () => {
    await using sfn = await harness({ functions: { price: double } });
    const States = (FunctionName: string) => task(invoke, { FunctionName, Payload: { n: 1 } });
    for (const [index, name] of ["price", `${functionArn}:$LATEST`].entries()) {
      const execution = await sfn.start(await sfn.machine(States(name), `m${index}`));
      const { output } = await settled(sfn, execution);
      expect(JSON.parse(output ?? "")).toMatchObject({ Payload: { n: 2 }, StatusCode: 200 });
    }
  });

  it("fail with what the handler throws, as Lambda reports it", async () => {
    const handler = () => {
      throw new RangeError("too much");
    };
    await using sfn = await harness({ functions: { price: handler } });
    const execution = await sfn.start(await sfn.machine(task(functionArn, {})));
    const { error, cause } = await settled(sfn, execution);
    expect(error).toBe("RangeError");
    expect(JSON.parse(cause ?? "")).toMatchObject({ errorType: "RangeError", errorMessage: "too much" });
  });

  it("may be a URL that answers", async () => {
    const server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      request.resume().on("end", () => response.end(JSON.stringify({ at: request.method })));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      await using sfn = await harness({ functions: { price: `http://127.0.0.1:${port}/` } });
      const execution = await sfn.start(await sfn.machine(task(functionArn, {})));
      for (let tries = 0; (await sfn.describe(execution)).status === "RUNNING" && tries < 200; tries += 1)
        await nextTurn();
      expect((await sfn.describe(execution)).output).toBe('{"at":"POST"}');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("that are not mapped fail with a text that says how to map them", async () => {
    await using sfn = await harness();
    const execution = await sfn.start(await sfn.machine(task(invoke, { FunctionName: "price" })));
    const outcome = await settled(sfn, execution);
    expect(outcome).toMatchObject({ status: "FAILED", error: "Lambda.ResourceNotFoundException" });
    expect(outcome.cause).toContain("map its ARN or name");
  });

  it("are told of their call, and answer by promise or by callback", async () => {
    const seen: unknown[] = [];
    const functions: Functions = {
      promised: async (
        _payload,
        { functionName, invokedFunctionArn, getRemainingTimeInMillis, awsRequestId },
      ) => {
        await Promise.resolve();
        const leftMs = getRemainingTimeInMillis();
        seen.push([functionName, invokedFunctionArn, leftMs > 0 && leftMs <= 900_000, awsRequestId.length]);
        return "promised";
      },
      later: (payload, _context, callback) => void setImmediate(() => callback(null, payload)),
      both: (_payload, _context, _callback) => Promise.resolve("the promise counts"),
      refused: (_payload, _context, callback) => callback(new RangeError("too much")),
      plain: (_payload, _context, _callback) => "a value counts",
      told: (_payload, _context, callback) => callback("no"),
    };
    await using sfn = await harness({ functions });
    const outcomeOf = async (name: string) => {
      const machine = await sfn.machine(task(invoke, { FunctionName: name, Payload: { n: 1 } }), name);
      const { output, error, cause } = await settled(sfn, await sfn.start(machine));
      if (output !== undefined) return (JSON.parse(output) as { Payload: unknown }).Payload;
      const { errorMessage } = JSON.parse(cause ?? "") as { errorMessage: string };
      return `${error}: ${errorMessage}`;
    };
    expect(await outcomeOf("promised")).toBe("promised");
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:promised";
    expect(seen).toEqual([["promised", arn, true, 36]]);
    expect(await outcomeOf("later")).toEqual({ n: 1 });
    expect(await outcomeOf("both")).toBe("the promise counts");
    expect(await outcomeOf("plain")).toBe("a value counts");
    expect(await outcomeOf("refused")).toBe("RangeError: too much");
    expect(await outcomeOf("told")).toBe("string: no");
  });
});
