import { describe, expect, it } from "vitest";
import { phone } from "../test/sample";
import { backoff } from "./backoff";
import { clock, formatLine, formatNumber, formatPhone, span, when } from "./format";

describe("numbers", () => {
  it.each([
    ["+79161234567", "+7 916 123 45 67"],
    ["+442079460018", "+44 20 7946 0018"],
    ["+12025550143", "+1 202 555 0143"],
    ["1001", "1001"],
    ["+999", "+999"],
    ["", ""],
  ])("%s is shown as %s", (number, shown) => expect(formatNumber(number)).toBe(shown));

  it("a withheld number shows nothing, an odd one its raw form", () => {
    expect(formatPhone({ ...phone(""), raw: "anonymous" })).toBe("");
    expect(formatPhone({ number: "", raw: "55#1", ext: "", kind: "invalid" })).toBe("55#1");
  });
});

describe("times", () => {
  it.each([
    [0, "0:00"],
    [65.9, "1:05"],
    [600, "10:00"],
    [3725, "1:02:05"],
    [-5, "0:00"],
  ])("%d seconds on the clock are %s", (seconds, shown) => expect(clock(seconds)).toBe(shown));

  const now = new Date(2026, 7, 5, 12, 0).getTime();
  it.each([
    [new Date(2026, 7, 5, 9, 5), "09:05"],
    [new Date(2026, 7, 4, 9, 5), "4 Aug, 09:05"],
    [new Date(2025, 7, 4, 9, 5), "4 Aug 2025"],
  ])("%s", (at, shown) => expect(when(at.toISOString(), now, "en")).toBe(shown));

  it("spans are rough", () => {
    expect([span(59, "en"), span(3599, "en"), span(7200, "en"), span(200_000, "ru")]).toEqual([
      "0 min",
      "59 min",
      "2 hr",
      "2 дн.",
    ]);
  });
});

describe("backoff", () => {
  it("doubles up to its limit, between half and all of the span", () => {
    const low = backoff(() => 0);
    const high = backoff(() => 1);
    expect([0, 1, 2, 10, 99].map((n) => [low.delay(n), high.delay(n)])).toEqual([
      [250, 500],
      [500, 1000],
      [1000, 2000],
      [15_000, 30_000],
      [15_000, 30_000],
    ]);
  });
});

describe("a line of ours", () => {
  it.each([
    ["74950000001", "+7 495 000 00 01"],
    ["+74950000001", "+7 495 000 00 01"],
    ["4950000001", "4950000001"],
    ["84950000001", "84950000001"],
    ["100", "100"],
    ["support", "support"],
  ])("%s is written %s", (line, written) => expect(formatLine(line)).toBe(written));
});
