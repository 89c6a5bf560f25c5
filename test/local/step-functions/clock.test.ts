import { describe, expect, it, vi } from "vitest";
import { ManualClock, systemClock } from "../../../local/step-functions/clock.ts";

describe("ManualClock", () => {
  it("fires timers in order, each at its own time, those that are set on the way included", async () => {
    const clock = new ManualClock(0);
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.now()]);
    clock.setTimer(30, note("late"));
    clock.setTimer(10, () => {
      note("early")();
      clock.setTimer(20, note("between"));
    });
    clock.setTimer(30, note("late too"));
    clock.setTimer(15, note("cancelled")).cancel();
    clock.setTimer(31, note("beyond"));
    await clock.advance(30);
    expect(fired).toEqual([
      ["early", 10],
      ["between", 20],
      ["late", 30],
      ["late too", 30],
    ]);
    expect(clock.now()).toBe(30);
    expect(clock.pending).toBe(1);
  });
});

describe("systemClock", () => {
  it("keeps a timer of months waiting, beyond the longest delay that Node knows", () => {
    vi.useFakeTimers();
    try {
      const clock = systemClock();
      const fired = vi.fn();
      const month = 31 * 86_400_000;
      clock.setTimer(clock.now() + month, fired);
      vi.advanceTimersByTime(month - 1);
      expect(fired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(fired).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });

  it("cancels a timer", () => {
    vi.useFakeTimers();
    try {
      const clock = systemClock();
      const fired = vi.fn();
      clock.setTimer(clock.now() + 1_000, fired).cancel();
      vi.advanceTimersByTime(2_000);
      expect(fired).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});
