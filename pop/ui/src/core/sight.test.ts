import { afterEach, describe, expect, it, vi } from "vitest";
import { Cell } from "./emitter";
import { Sight, whenSeen } from "./sight";

const show = (hidden: boolean): void => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
};

afterEach(() => vi.restoreAllMocks());

describe("what a page shows", () => {
  it("follows while the page is seen, stands still while it is hidden, and catches up at once", () => {
    const source = new Cell("a");
    const sight = new Sight(source);
    const heard: string[] = [];
    const stop = sight.subscribe(() => heard.push(sight.get()));
    source.set("b");
    show(true);
    source.set("c");
    source.set("d");
    expect(sight.get()).toBe("b");
    expect(heard).toEqual(["b"]);
    show(false);
    expect(heard).toEqual(["b", "d"]);
    stop();
    source.set("e");
    show(false);
    expect(heard).toEqual(["b", "d"]);
    expect(sight.get()).toBe("e");
  });

  it("shows what was there when the page was opened behind another", () => {
    show(true);
    const source = new Cell(1);
    const sight = new Sight(source);
    source.set(2);
    expect(sight.get()).toBe(1);
    show(false);
    expect(sight.get()).toBe(2);
  });
});

describe("what waits for the page to be seen", () => {
  it("comes at once in a page that is, else once after it is shown", async () => {
    const act = vi.fn();
    show(false);
    whenSeen(act);
    expect(act).toHaveBeenCalledTimes(1);
    show(true);
    whenSeen(act);
    expect(act).toHaveBeenCalledTimes(1);
    show(false);
    await vi.waitFor(() => expect(act).toHaveBeenCalledTimes(2));
    show(true);
    show(false);
    await new Promise((frame) => requestAnimationFrame(frame));
    expect(act).toHaveBeenCalledTimes(2);
  });
});
