import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Link } from "./link";
import type { ToHub, ToTab, Way } from "./messages";

interface Open {
  said: ToHub[];
  take(message: ToTab): void;
  lost(why: string): void;
}

/** A way whose hub is the test. */
function way(name: string) {
  const opened: Open[] = [];
  const made: Way = {
    name,
    open: (_tab, take, lost) => {
      const said: ToHub[] = [];
      opened.push({ said, take, lost });
      return { post: (message) => said.push(message), close: () => {} };
    },
  };
  return { way: made, opened };
}

const state = {
  ready: false,
  self: undefined,
  agents: new Map(),
  cards: [],
  callbacks: [],
  closedCallbacks: [],
  skew: 0,
  endedCalls: 0,
};
const welcome: ToTab = {
  type: "welcome",
  user: undefined,
  kept: { user: "", state, dismissed: [] },
  status: { state: "live" },
};

function setUp() {
  const worker = way("worker");
  const alone = way("alone");
  const link = new Link({ ways: [worker.way, alone.way], tab: "t", now: () => Date.now(), take: () => {} });
  link.open();
  return { link, worker: worker.opened, alone: alone.opened };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a tab's way to the hub", () => {
  it("says hello, shows the hub's status, answers pings", () => {
    const { link, worker } = setUp();
    expect(worker[0]?.said).toEqual([{ type: "hello", tab: "t" }]);
    worker[0]?.take(welcome);
    expect(link.status.get()).toEqual({ state: "live" });
    worker[0]?.take({ type: "ping" });
    expect(worker[0]?.said.at(-1)).toEqual({ type: "alive" });
  });

  it("a worker that fails to start: the next way at once", () => {
    const { link, worker, alone } = setUp();
    worker[0]?.lost("refused");
    expect(alone).toHaveLength(1);
    expect(link.way).toBe("alone");
  });

  it("a worker that died is started anew, and given up when that is of no use", async () => {
    const { link, worker, alone } = setUp();
    worker[0]?.take(welcome);
    await vi.advanceTimersByTimeAsync(86_000); // a minute of silence, seen by the pulse, and a hello unanswered
    expect(worker).toHaveLength(2);
    expect(link.way).toBe("worker");
    await vi.advanceTimersByTimeAsync(5000);
    expect(alone).toHaveLength(1);
  });

  it("a hub that pings is left alone for hours", async () => {
    const { worker } = setUp();
    worker[0]?.take(welcome);
    for (let i = 0; i < 500; i++) {
      await vi.advanceTimersByTimeAsync(15_000);
      worker[0]?.take({ type: "ping" });
    }
    expect(worker).toHaveLength(1);
    expect(worker[0]?.said.filter((each) => each.type === "hello")).toHaveLength(1);
  });

  it("a page that comes back from the browser's cache says hello again", () => {
    const { link, worker } = setUp();
    worker[0]?.take(welcome);
    link.leave();
    link.seen();
    expect(worker[0]?.said.map((each) => each.type)).toEqual(["hello", "bye", "hello", "seen"]);
  });
});
