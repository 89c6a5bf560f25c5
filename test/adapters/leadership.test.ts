import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { createLeadership } from "../../src/adapters/postgres/leadership.ts";

const quietLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A server that lets everybody in and answers nothing afterwards. */
async function mutePostgres() {
  const open = new Set<Socket>();
  let questions = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => undefined);
    socket.once("data", () => {
      // AuthenticationOk, then ReadyForQuery.
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
      socket.on("data", () => (questions += 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://nobody@127.0.0.1:${port}/none?sslmode=disable`,
    open: () => open.size,
    questions: () => questions,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

afterEach(() => vi.useRealTimers());

it("a server that hangs after the login is left with no connection, however often leadership is asked for", async () => {
  const server = await mutePostgres();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const leadership = createLeadership(server.url, quietLog);
  for (let tries = 1; tries <= 2; tries += 1) {
    const holding = leadership.hold();
    await vi.waitFor(() => expect(server.questions()).toBeGreaterThanOrEqual(tries));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await holding).toBe(false);
    await vi.waitFor(() => expect(server.open()).toBe(0));
  }
  await leadership.close();
  await server.close();
});
