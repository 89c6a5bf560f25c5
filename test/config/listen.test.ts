import { pino } from "pino";
import { createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { createLifecycle } from "../../src/lifecycle.ts";
import { listen } from "../../src/listen.ts";

it("a port that is taken is named, with the variable that sets it", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const lifecycle = createLifecycle(pino({ level: "silent" }));
  const at = { host: "127.0.0.1", port, variable: "PORT", what: "HTTP server" };
  const refused = listen(() => undefined, at, lifecycle);
  await expect(refused).rejects.toBeInstanceOf(ConfigError);
  await expect(refused).rejects.toThrow(
    `127.0.0.1:${port} is taken: end what listens there, or give PORT another port (0 for any).`,
  );
  await new Promise((resolve) => other.close(resolve));
});
