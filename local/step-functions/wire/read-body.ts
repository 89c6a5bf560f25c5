import type { IncomingMessage } from "node:http";
import { AwsError } from "../engine/aws-error.ts";

/** Above the largest request of the API: a definition of 1 MiB, every character of it escaped. */
export const bodyLimit = 8 * 2 ** 20;

/** What is too large is read to its end and thrown away, since a client that is still sending reads no reply; up to here. */
const drainLimit = 8 * bodyLimit;

/** Reads a request's body as UTF-8. Throws RequestEntityTooLarge (413), SerializationException. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const body = await collect(request);
  if (body === null)
    throw new AwsError("RequestEntityTooLarge", `The body is larger than ${bodyLimit} bytes`, 413);
  try {
    return utf8.decode(body);
  } catch {
    throw new AwsError("SerializationException", "The body is not UTF-8");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Null: too large. By events: an iterator over the stream costs more than all else in reading a small body. */
function collect(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyLimit) chunks.push(chunk);
      if (bytes > drainLimit) request.destroy();
    });
    request.once("end", () => resolve(bytes > bodyLimit ? null : Buffer.concat(chunks)));
    request.once("error", reject);
  });
}
