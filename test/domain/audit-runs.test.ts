import { describe, expect, it } from "vitest";
import { genesis } from "../../src/domain/audit-chain.ts";
import { AuditRuns } from "../../src/domain/audit-runs.ts";

const event = (seq: number, changes: object = {}) => ({
  stream: "a",
  seq,
  previousHash: seq === 1 ? genesis.hash : `hash ${seq - 1}`,
  hash: `hash ${seq}`,
  ...changes,
});

function follow(events: ReturnType<typeof event>[]) {
  const runs = new AuditRuns();
  const faults = events.map((each, index) => runs.add(each, index + 1));
  return { faults: faults.filter((fault) => fault !== null), gaps: [...runs.gaps()], runs };
}

describe("a part of the trail", () => {
  it("holds in whatever order the clocks of two servers bring its events", () => {
    for (const order of [
      [1, 2, 3, 4],
      [2, 1, 4, 3],
      [4, 3, 2, 1],
      [1, 3, 2, 4],
    ])
      expect(follow(order.map((seq) => event(seq)))).toMatchObject({ faults: [], gaps: [] });
  });

  it("may begin and end anywhere, and tells where", () => {
    const { gaps, runs } = follow([event(6), event(5)]);
    expect(gaps).toEqual([]);
    expect([...runs.beginnings()]).toEqual([{ stream: "a", seq: 5, previousHash: "hash 4" }]);
  });

  it("names each gap with the place of the event after it", () => {
    expect(follow([event(1), event(3), event(6)]).gaps).toEqual([
      { stream: "a", seq: 2, place: 2, what: "is missing: event 1 and event 3 are here" },
      { stream: "a", seq: 4, place: 3, what: "is missing: event 3 and event 6 are here" },
    ]);
  });

  it("names what does not follow, comes twice or is no beginning", () => {
    const foreign = { previousHash: "another" };
    expect(follow([event(1), event(2, foreign)]).faults).toEqual(["does not follow event 1 of its stream"]);
    expect(follow([event(2, foreign), event(1)]).faults).toEqual([
      "is not followed by event 2 of its stream",
    ]);
    expect(follow([event(1), event(2), event(2)]).faults).toEqual(["is there twice, as event 2 of stream a"]);
    expect(follow([event(1, foreign)]).faults).toEqual(["does not begin its stream: an event was before it"]);
  });
});
