import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { closeOnSignals, createLifecycle, type ProcessEnds } from "../../src/lifecycle.ts";
import { until } from "../support/until.ts";

function recordedLog() {
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as Record<string, unknown> });
  return {
    lines,
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    last: () => lines.at(-1),
  };
}

/** A process that notes its end instead of ending. */
function fakeProcess() {
  const emitter = new EventEmitter();
  const codes: number[] = [];
  const exit = (code: number) => void codes.push(code);
  return { emitter, codes, ends: Object.assign(emitter, { exit }) as unknown as ProcessEnds };
}

const nothing = () => undefined;
const never = () => new Promise<never>(() => undefined);

describe("closing", () => {
  it("goes in the reverse order of opening, each part once, however often it is asked for", async () => {
    const order: string[] = [];
    const lifecycle = createLifecycle(recordedLog().log);
    for (const what of ["database", "queue", "workers"]) lifecycle.onClose(what, () => void order.push(what));
    expect(lifecycle.isClosing).toBe(false);
    const both = await Promise.all([lifecycle.close(), lifecycle.close()]);
    expect(order).toEqual(["workers", "queue", "database"]);
    expect(both).toEqual([
      { unclosed: [], tokensAtRisk: 0 },
      { unclosed: [], tokensAtRisk: 0 },
    ]);
    expect(lifecycle.isClosing).toBe(true);
  });

  it("a part is closed only when those that were opened after it have closed", async () => {
    const order: string[] = [];
    const lifecycle = createLifecycle(recordedLog().log);
    let drained: () => void = nothing;
    lifecycle.onClose("database", () => void order.push("database"));
    lifecycle.onClose("workers", () => new Promise<void>((resolve) => (drained = resolve)));
    const closing = lifecycle.close();
    await until("the workers are asked to close", () => drained !== nothing);
    expect(order).toEqual([]);
    drained();
    await closing;
    expect(order).toEqual(["database"]);
  });

  it("a part that fails or hangs keeps no other open, and is named", async () => {
    const { log, lines } = recordedLog();
    const lifecycle = createLifecycle(log, 50);
    let closed = false;
    lifecycle.onClose("database", () => void (closed = true));
    lifecycle.onClose("broken", () => Promise.reject(new Error("no")));
    lifecycle.onClose("hanging", never);
    expect(await lifecycle.close()).toEqual({ unclosed: ["hanging", "broken"], tokensAtRisk: 0 });
    expect(closed).toBe(true);
    expect(lines.filter(({ level }) => level === "error").map(({ fields }) => fields["what"])).toEqual([
      "hanging",
      "broken",
    ]);
  });

  it("what is opened while everything closes is closed too", async () => {
    const lifecycle = createLifecycle(recordedLog().log);
    const closing = lifecycle.close();
    let closed = false;
    lifecycle.onClose("late", () => void (closed = true));
    await closing;
    await lifecycle.close();
    expect(closed).toBe(true);
  });
});

describe("what ends a process", () => {
  function running({ atRisk = 0, close = nothing }: { atRisk?: number; close?: () => void | Promise<void> }) {
    const recorded = recordedLog();
    const process = fakeProcess();
    const lifecycle = createLifecycle(recorded.log, 50);
    lifecycle.onClose("workers", close);
    lifecycle.countAtRisk(() => atRisk);
    closeOnSignals(lifecycle, recorded.log, process.ends);
    return { ...recorded, ...process };
  }

  it("one signal: everything closes, nothing is lost, exit code 0", async () => {
    const { emitter, codes, last } = running({});
    emitter.emit("SIGTERM", "SIGTERM");
    await until("it ends", () => codes.length > 0);
    expect(codes).toEqual([0]);
    expect(last()).toMatchObject({ level: "info", message: "stopped; no task token is lost" });
  });

  it("a part that could not be closed: exit code 1", async () => {
    const { emitter, codes, last } = running({ close: () => Promise.reject(new Error("no")) });
    emitter.emit("SIGTERM", "SIGTERM");
    await until("it ends", () => codes.length > 0);
    expect(codes).toEqual([1]);
    expect(last()).toMatchObject({ level: "error", fields: { unclosed: ["workers"] } });
  });

  it("polls that never ended: exit code 1, and how many tokens they may have cost", async () => {
    const { emitter, codes, last } = running({ atRisk: 3 });
    emitter.emit("SIGINT", "SIGINT");
    await until("it ends", () => codes.length > 0);
    expect(codes).toEqual([1]);
    expect(last()?.message).toBe("stopped; up to 3 task tokens may be lost");
  });

  it("the same Ctrl-C twice is one; a second signal ends at once with exit code 1 and says what it may cost", async () => {
    const { emitter, codes, last } = running({ atRisk: 2, close: never });
    emitter.emit("SIGINT", "SIGINT");
    emitter.emit("SIGINT", "SIGINT");
    expect(codes).toEqual([]);
    await until("the hanging part is given up", () => codes.length > 0);
    expect(codes).toEqual([1]);
    const patient = running({ atRisk: 2, close: never });
    const realNow = performance.now.bind(performance);
    let passedMs = 0;
    performance.now = () => realNow() + passedMs;
    try {
      patient.emitter.emit("SIGTERM", "SIGTERM");
      passedMs = 501;
      patient.emitter.emit("SIGTERM", "SIGTERM");
      expect(patient.codes).toEqual([1]);
      expect(patient.last()?.message).toBe("second signal: ending at once; up to 2 task tokens may be lost");
    } finally {
      performance.now = realNow;
    }
    expect(last()?.level).toBe("error");
  });

  it("a fault that nobody caught: everything closes, exit code 1; a second one changes nothing", async () => {
    let closings = 0;
    const { emitter, codes, lines } = running({ close: () => void (closings += 1) });
    emitter.emit("uncaughtException", new Error("first"));
    emitter.emit("uncaughtException", new Error("second"));
    await until("it ends", () => codes.length > 0);
    expect(codes).toEqual([1]);
    expect(closings).toBe(1);
    expect(lines.filter(({ message }) => message.startsWith("a fault"))).toHaveLength(2);
  });
});
