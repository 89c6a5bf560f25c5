import { SFNClient, SFNServiceException } from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Print = (line: string) => void;

/** The endpoint that `countersign sfn …` talks to. */
export interface Sfn {
  client: SFNClient;
  url: string;
}

/** Where `countersign sfn serve` and `countersign start` listen unless told otherwise. */
const defaultUrl = "http://127.0.0.1:8083";

/**
 * Hands a client of the endpoint to `work`: AWS_ENDPOINT_URL_SFN, else {@link defaultUrl}. Throws ConfigError for what a person can mend:
 * nothing answers there, or the endpoint refuses the call.
 */
export async function withSfn<T>(environment: Environment, work: (sfn: Sfn) => Promise<T>): Promise<T> {
  const url = endpointUrl(environment);
  const client = new SFNClient({
    endpoint: url,
    region: environment["AWS_REGION"] ?? "us-east-1",
    // The local endpoint checks none, and real ones have no business there.
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    return await work({ client, url });
  } catch (error) {
    throw inWords(error, url);
  } finally {
    client.destroy();
  }
}

function endpointUrl(environment: Environment): string {
  const url = environment["AWS_ENDPOINT_URL_SFN"] ?? "";
  if (url === "") return defaultUrl;
  if (!/^https?:/i.test(url) || !URL.canParse(url))
    throw new ConfigError(`AWS_ENDPOINT_URL_SFN is no http:// or https:// address: ${url}`);
  return url;
}

function inWords(error: unknown, url: string): unknown {
  if (error instanceof SFNServiceException)
    return new ConfigError(error.message === "UnknownError" ? error.name : error.message);
  if (error instanceof ConfigError || !(error instanceof Error) || !isUnreachable(error)) return error;
  return new ConfigError(
    `Nothing answers at ${url} (${error.message === "" ? error.name : error.message}).\n` +
      "Start the endpoint with `countersign sfn serve`, or say with AWS_ENDPOINT_URL_SFN where it is.",
  );
}

/** Node's own faults of sockets and names carry a code such as ECONNREFUSED; so does a peer that hung up. */
function isUnreachable(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+)$/.test(code)) || error.name === "TimeoutError";
}
