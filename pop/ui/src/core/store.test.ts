import { beforeEach, describe, expect, it } from "vitest";
import type { Card, Frame, Message, Snapshot } from "../protocol/types";
import { agent, callback, card, colleague, contact } from "../test/sample";
import { DeskStore } from "./store";

const noon = Date.parse("2026-08-05T12:00:00Z");
const at = (seconds: number): string => new Date(noon + seconds * 1000).toISOString();

let now = noon;
let store: DeskStore;
let seq = 0;

const frame = (message: Message): Frame => ({ epoch: "e", seq: ++seq, message });
const take = (...messages: Message[]) => {
  for (const message of messages) store.apply(frame(message));
};
const put = (more: Partial<Card>, type: "card.opened" | "card.updated" = "card.updated") =>
  take({ type, data: card({ offered_at: at(0), expires_at: at(60), ...more }) });
const snapshot = (more: Partial<Snapshot> = {}) =>
  take({
    type: "snapshot",
    data: {
      agent: agent(),
      cards: [],
      callbacks: [],
      agents: [agent(), colleague],
      server_time: at(0),
      ...more,
    },
  });
const stack = () => store.get().cards.map((entry) => [entry.key, entry.local ?? entry.card.state]);

beforeEach(() => {
  now = noon;
  seq = 0;
  store = new DeskStore(() => now);
  store.begin("anna", undefined);
});

describe("cards", () => {
  it("stack up with the newest on top, and none replaces another", () => {
    put({ call_id: "a" }, "card.opened");
    put({ call_id: "b" }, "card.opened");
    put({ call_id: "a", card_version: 2, state: "accepted" });
    expect(stack()).toEqual([
      ["b", "offered"],
      ["a", "accepted"],
    ]);
  });

  it("ignore a version older than the one shown", () => {
    put({ call_id: "a", card_version: 3, candidates: [contact()] });
    put({ call_id: "a", card_version: 2 });
    expect(store.get().cards[0]?.card.candidates).toHaveLength(1);
  });

  it("keep their key when the call is merged into another", () => {
    put({ call_id: "b" });
    put({ call_id: "a", aliases: ["b"], card_version: 2 });
    expect(store.get().cards.map((entry) => [entry.key, entry.card.call_id])).toEqual([["b", "a"]]);
  });

  it("become one when two shown calls are merged", () => {
    put({ call_id: "a" });
    put({ call_id: "b" });
    put({ call_id: "a", aliases: ["b"], card_version: 2, state: "accepted" });
    expect(store.get().cards).toHaveLength(1);
  });

  it("rise again when a withdrawn card is rung anew", () => {
    put({ call_id: "a", state: "withdrawn" });
    put({ call_id: "b" });
    put({ call_id: "a", card_version: 2, state: "offered" });
    expect(stack()).toEqual([
      ["a", "offered"],
      ["b", "offered"],
    ]);
  });

  it("stay after their end until they are dismissed, and then do not come back", () => {
    put({ call_id: "a", state: "ended" });
    expect(stack()).toEqual([["a", "ended"]]);
    store.dismiss("a");
    put({ call_id: "a", card_version: 2, state: "ended", candidates: [contact()] });
    snapshot({ cards: [card({ call_id: "a", state: "ended" })] });
    expect(stack()).toEqual([]);
  });

  it("come back when the call rings again, and go again", () => {
    put({ call_id: "a", state: "withdrawn" });
    store.dismiss("a");
    put({ call_id: "a", card_version: 2, state: "offered" });
    put({ call_id: "a", card_version: 3, state: "withdrawn" });
    expect(stack()).toEqual([["a", "withdrawn"]]);
  });

  it("cannot be dismissed while they are open", () => {
    put({ call_id: "a" });
    put({ call_id: "b", state: "withdrawn" });
    store.dismiss("a");
    store.dismissClosed();
    expect(stack()).toEqual([["a", "offered"]]);
  });

  it("leave from the bottom when twenty closed ones are there", () => {
    put({ call_id: "open" });
    for (let i = 0; i < 25; i++) put({ call_id: `c${i}`, state: "withdrawn" });
    expect(stack()).toHaveLength(21);
    expect(stack().at(-1)).toEqual(["open", "offered"]);
  });
});

describe("rings that nobody withdrew", () => {
  it("end at their expiry by the server's clock", () => {
    snapshot({ server_time: at(30) }); // our clock is 30 s slow
    put({ call_id: "a" });
    expect(store.untilExpiry()).toBe(30_000);
    now += 31_000;
    store.expire();
    expect(stack()).toEqual([["a", "expired"]]);
  });

  it("are not shown as ringing when they come too late", () => {
    now += 120_000;
    put({ call_id: "a" }, "card.opened");
    expect(stack()).toEqual([["a", "expired"]]);
  });

  it("come alive when the server says so", () => {
    put({ call_id: "a" });
    now += 61_000;
    store.expire();
    put({ call_id: "a", card_version: 2, state: "accepted" });
    expect(stack()).toEqual([["a", "accepted"]]);
  });
});

describe("a snapshot", () => {
  it("ends what is gone, keeps what was closed, and adds what is new, oldest below", () => {
    put({ call_id: "gone" });
    put({ call_id: "closed", state: "ended" });
    put({ call_id: "still", state: "accepted" });
    snapshot({
      cards: [
        card({ call_id: "newer", offered_at: at(9), expires_at: at(69) }),
        card({ call_id: "new", offered_at: at(5), expires_at: at(65) }),
        card({ call_id: "still", state: "accepted", card_version: 4 }),
      ],
    });
    expect(stack()).toEqual([
      ["newer", "offered"],
      ["new", "offered"],
      ["still", "accepted"],
      ["closed", "ended"],
      ["gone", "gone"],
    ]);
  });

  it("holds also when a restarted server counts versions anew", () => {
    put({ call_id: "a", card_version: 9, state: "offered" });
    snapshot({ cards: [card({ call_id: "a", card_version: 1, state: "accepted" })] });
    put({ call_id: "a", card_version: 2, state: "ended" });
    expect(stack()).toEqual([["a", "ended"]]);
  });

  it("makes the desk ready", () => {
    expect(store.get().ready).toBe(false);
    snapshot();
    expect(store.get()).toMatchObject({ ready: true, self: { agent: "anna" } });
    expect(store.get().agents.get("boris")?.name).toBe("Boris Kuznetsov");
  });
});

describe("agents and callbacks", () => {
  it("my own state follows my changes, not a colleague's", () => {
    snapshot();
    take({ type: "agent.changed", data: { ...colleague, mode: "offline" } });
    expect(store.get().self?.mode).toBe("ready");
    take({ type: "agent.changed", data: agent({ mode: "not_ready", reason: "lunch", set_by: "pbx" }) });
    expect(store.get().self).toMatchObject({ mode: "not_ready", set_by: "pbx" });
    expect(store.get().agents.get("boris")?.mode).toBe("offline");
  });

  it("callbacks are sorted by who waits longest, and leave when they are done", () => {
    snapshot({ callbacks: [callback({ id: "late", created: at(-60) })] });
    take({ type: "callback.changed", data: callback({ id: "early", created: at(-600) }) });
    expect(store.get().callbacks.map((each) => each.id)).toEqual(["early", "late"]);
    take({ type: "callback.changed", data: callback({ id: "early", state: "done" }) });
    expect(store.get().callbacks.map((each) => each.id)).toEqual(["late"]);
  });

  it("a frame of an unknown type changes nothing", () => {
    snapshot();
    const before = store.get();
    take({ type: "unknown", data: { name: "weather" } });
    expect(store.get()).toBe(before);
  });
});
