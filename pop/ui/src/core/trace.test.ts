import { describe, expect, it } from "vitest";
import type { Decision, Stage } from "../protocol/types";
import { chapters, startOf, witnesses } from "./trace";

const decision = (at: string, stage: Stage, rule: string, agent = ""): Decision => ({
  at: `2026-08-05T10:00:${at}Z`,
  stage,
  rule,
  agent,
  text: "",
  leg: "",
});

const items = [
  decision("00.500", "identify", "identify.found"),
  decision("00.000", "track", "call.began"),
  decision("02.040", "shown", "shown.ack", "anna"),
  decision("02.000", "card", "card.opened", "anna"),
  decision("02.000", "push", "push.sent", "anna"),
  decision("03.000", "card", "card.opened", "boris"),
  decision("09.000", "shown", "shown.ack", "anna"),
];

describe("a trace", () => {
  it("is told by chapter, each in the order of time, counted from the first decision", () => {
    const told = chapters(items).map(({ chapter, lines }) => [
      chapter,
      ...lines.map((l) => [l.after, l.rule]),
    ]);
    expect(told).toEqual([
      ["track", [0, "call.began"]],
      ["identify", [0.5, "identify.found"]],
      [
        "card",
        [2, "card.opened"],
        [2, "push.sent"],
        [2.04, "shown.ack"],
        [3, "card.opened"],
        [9, "shown.ack"],
      ],
    ]);
    expect(startOf(items)).toBe(Date.parse("2026-08-05T10:00:00Z"));
  });

  it("tells who saw a card, and who did not", () => {
    expect(witnesses(items)).toEqual([
      { agent: "anna", seenAfter: 0.04 },
      { agent: "boris", seenAfter: undefined },
    ]);
    expect(witnesses([])).toEqual([]);
  });
});
