import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Elect } from "./election";
import { once } from "./once";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

const atOnce: Elect = (_name, _signal, won) => won();

const tried = (...names: string[]): number => {
  let acts = 0;
  once(names, atOnce, () => acts++);
  vi.runAllTimers();
  return acts;
};

describe("once", () => {
  it("is once per call, under whatever name, also after a reload", () => {
    expect(tried("main:1")).toBe(1);
    expect(tried("main:1")).toBe(0);
    expect(tried("main:0", "main:1")).toBe(0);
    expect(tried("main:2")).toBe(1);
  });

  it("waits in a tab that nobody looks at, and may be called off", () => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    let acts = 0;
    const stop = once(["main:3"], atOnce, () => acts++);
    vi.advanceTimersByTime(399);
    expect(acts).toBe(0);
    stop();
    vi.runAllTimers();
    expect(acts).toBe(0);
  });

  it("is not at all where nothing can be remembered", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    expect(tried("main:4")).toBe(0);
  });
});
