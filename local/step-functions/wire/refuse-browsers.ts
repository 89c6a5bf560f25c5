import { isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import { AwsError } from "../engine/aws-error.ts";

/**
 * Nothing here checks who calls, so no web page may: neither from another site, nor from a name that its owner has pointed at this machine
 * meanwhile (DNS rebinding). Browsers say what they are in headers that a page cannot take away; SDKs and the CLI send none of them.
 */
export function refuseBrowsers(request: IncomingMessage): void {
  const { origin, host = "", "sec-fetch-site": site } = request.headers;
  const isBrowser = origin !== undefined || site !== undefined;
  if (isBrowser) throw new AwsError("AccessDeniedException", "Web pages may not call this endpoint.");
  if (!isNumberOrLocal(host))
    throw new AwsError(
      "AccessDeniedException",
      `Call this endpoint by localhost or a number, not as ${host}.`,
    );
}

/** A name in a container network has no dot, and nobody outside can own it. */
function isNumberOrLocal(host: string): boolean {
  const name = host.replace(/:\d+$/u, "").replace(/^\[(.*)\]$/u, "$1");
  return isIP(name) !== 0 || !name.includes(".") || name.endsWith(".localhost") || name.endsWith(".internal");
}
