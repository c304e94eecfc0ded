import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aroundOffice, FakeOffice } from "../test/fakeServer";
import { card } from "../test/sample";
import { Hub } from "./hub";
import type { Port, ToTab } from "./messages";

class Tab implements Port {
  readonly got: ToTab[] = [];
  awake = true;
  readonly #hub: Hub;

  constructor(
    hub: Hub,
    readonly name: string,
  ) {
    this.#hub = hub;
  }

  post(message: ToTab): void {
    this.got.push(message);
    if (message.type === "ping" && this.awake) this.say({ type: "alive" });
  }

  say(message: Parameters<Hub["take"]>[1]): void {
    this.#hub.take(this, message);
  }

  types = () => this.got.map((each) => (each.type === "frame" ? each.frame.message.type : each.type));
  last = (type: ToTab["type"]) => this.got.findLast((each) => each.type === type);
}

const settle = () => vi.advanceTimersByTimeAsync(0);

function setUp() {
  const office = new FakeOffice();
  office.loggedIn = true;
  const joined = vi.spyOn(office, "join");
  const locks = new Map<string, () => void>();
  const released = (lock: string) => new Promise<void>((free) => locks.set(lock, free));
  const hub = new Hub({ ...aroundOffice(office), released });
  const tab = (name: string) => {
    const made = new Tab(hub, name);
    made.say({ type: "hello", tab: name });
    return made;
  };
  const start = (which: Tab) => which.say({ type: "start", user: office.user, self: undefined });
  return { office, hub, joined, locks, tab, start };
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-08-05T09:30:00Z") });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("one connection for all tabs", () => {
  it("is opened once; a later tab gets the whole state, then both get what changes", async () => {
    const { office, joined, tab, start } = setUp();
    const first = tab("a");
    start(first);
    await settle();
    office.ring(card());
    const second = tab("b");
    start(second);
    await settle();
    expect(joined).toHaveBeenCalledTimes(1);
    const welcome = second.last("welcome");
    expect(welcome).toMatchObject({ user: { username: "anna" }, status: { state: "live" } });
    expect(welcome?.type === "welcome" && welcome.kept.state.cards.map((each) => each.key)).toEqual([
      "main:10",
    ]);
    office.change("main:10", { lookup: "done" });
    expect(first.types().at(-1)).toBe("card.updated");
    expect(second.types().at(-1)).toBe("card.updated");
  });

  it("what is dismissed in one tab is dismissed in the others and stays so for a later one", async () => {
    const { office, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    office.ring(card());
    office.change("main:10", { state: "ended", call_state: "ended" }, "card.ended");
    first.say({ type: "command", command: { do: "dismiss", key: "main:10" } });
    expect(second.last("command")).toEqual({
      type: "command",
      command: { do: "dismiss", key: "main:10" },
    });
    expect(first.last("command")).toBeUndefined();
    const welcome = tab("c").last("welcome");
    expect(welcome?.type === "welcome" && welcome.kept).toMatchObject({
      dismissed: ["main:10"],
      state: { cards: [] },
    });
  });

  it("passes each tab's acknowledgement on as that tab's word", async () => {
    const { office, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    for (const each of [first, second])
      each.say({
        type: "ack",
        ack: { type: "ack", call_id: "main:10", card_version: 1, shown_at: "", tab: each.name },
      });
    expect(office.acks).toMatchObject([{ tab: "a" }, { tab: "b" }]);
  });

  it("tells all tabs of a loss with its countdown, and of a logout", async () => {
    const { office, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    office.close(1012);
    for (const each of [first, second])
      expect(each.last("status")).toMatchObject({ status: { state: "waiting", reason: "restart" } });
    first.say({ type: "stop" });
    expect(second.types().at(-1)).toBe("out");
    expect(first.types()).not.toContain("out");
  });

  it("begins anew for another user, and tells the tabs of the one before", async () => {
    const { office, joined, tab, start } = setUp();
    const first = tab("a");
    start(first);
    await settle();
    const boris = { ...office.user, username: "boris" };
    tab("b").say({ type: "start", user: boris, self: undefined });
    expect(first.last("welcome")).toMatchObject({ user: { username: "boris" } });
    await settle();
    expect(joined).toHaveBeenCalledTimes(2);
  });
});

describe("tabs that go", () => {
  it("are forgotten when their lock is free, or when they say so", async () => {
    const { office, locks, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    first.say({ type: "locked" });
    locks.get("callcard.tab.a")?.();
    second.say({ type: "bye" });
    await settle();
    const before = [first.got.length, second.got.length];
    office.ring(card());
    expect([first.got.length, second.got.length]).toEqual(before);
  });

  it("are asked when the server asks, and one awake tab is enough for an answer", async () => {
    const { office, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    const ask = () => {
      office.acks.length = 0;
      office.ask();
      return office.acks;
    };
    expect(ask()).toEqual([{ type: "alive" }]);
    first.awake = false;
    expect(ask(), "the second one answers").toEqual([{ type: "alive" }]);
    second.awake = false;
    expect(ask(), "all are frozen").toEqual([]);
    second.say({ type: "seen" });
    expect(office.acks, "a late word is a word").toEqual([{ type: "alive" }]);
  });

  it("all frozen: the connection ends, and resumes with the first that wakes", async () => {
    const { office, joined, tab, start } = setUp();
    const first = tab("a");
    const second = tab("b");
    start(first);
    await settle();
    first.awake = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(joined, "one tab is awake").toHaveBeenCalledTimes(1);
    second.awake = false;
    await vi.advanceTimersByTimeAsync(70_000);
    expect(second.last("status")).toMatchObject({ status: { state: "waiting", reason: "asleep" } });
    office.ring(card());
    second.say({ type: "seen" });
    await settle();
    expect(second.types()).toContain("card.opened");
    expect(joined).toHaveBeenLastCalledWith("?epoch=e1&seq=0", expect.anything());
  });
});
