// Answers each call of the bench at once, with a reply of the size that the endpoint's has.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

const executionArn = `arn:aws:states:us-east-1:123456789012:execution:five-passes:${randomUUID()}`;
const replies: Readonly<Record<string, object>> = {
  StartExecution: { executionArn, startDate: 1_800_000_000 },
  GetActivityTask: { taskToken: "A".repeat(200), input: '{"commit":"0000000"}' },
  SendTaskSuccess: {},
};

createServer((request, response) => {
  request.resume().on("end", () => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    const body = JSON.stringify(replies[operation] ?? {});
    response.writeHead(200, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": randomUUID(),
    });
    response.end(body);
  });
}).listen(Number(process.argv[2]), "127.0.0.1", () => console.log("up"));
