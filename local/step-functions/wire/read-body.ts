import type { IncomingMessage } from "node:http";
import { AwsError } from "../engine/aws-error.ts";

/** Above the largest request of the API: a definition of 1 MiB, every character of it escaped. */
export const bodyLimit = 8 * 2 ** 20;

/** What is too large is read to its end and thrown away, since a client that is still sending reads no reply; up to here. */
const drainLimit = 8 * bodyLimit;

/** Reads a request's body as UTF-8. Throws RequestEntityTooLarge (413), SerializationException. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > drainLimit) break;
    if (bytes <= bodyLimit) chunks.push(chunk);
  }
  if (bytes > bodyLimit)
    throw new AwsError("RequestEntityTooLarge", `The body is larger than ${bodyLimit} bytes`, 413);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AwsError("SerializationException", "The body is not UTF-8");
  }
}
