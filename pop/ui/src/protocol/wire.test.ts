import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { WireError } from "./decode";
import type { Ack, Frame } from "./types";
import { decodeFrame } from "./wire";

// The frames that pop/push sends, written by its own test.
const folder = new URL("../../../push/testdata/", `file://${__filename}`);
const golden = (name: string): string => readFileSync(new URL(`${name}.json`, folder), "utf8");
const frames = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && name !== "ack.json")
  .map((name) => name.replace(".json", ""));

const dataOf = <T extends Frame["message"]["type"]>(frame: Frame, type: T) => {
  if (frame.message.type !== type) throw new Error(`got ${frame.message.type}, want ${type}`);
  return frame.message.data as Extract<Frame["message"], { type: T }>["data"];
};

describe("golden frames", () => {
  it("are all there", () => {
    expect(frames).toEqual(
      expect.arrayContaining([
        "snapshot",
        "card.opened",
        "card.updated",
        "card.withdrawn",
        "card.ended",
        "agent.changed",
        "callback.changed",
      ]),
    );
  });

  it.each(frames)("%s is understood", (name) => {
    expect(decodeFrame(golden(name)).message.type).toBe(name);
  });

  it("the first card has its number and no contact yet", () => {
    const frame = decodeFrame(golden("card.opened"));
    expect([frame.epoch, frame.seq]).toEqual(["e7f3a1", 41]);
    expect(dataOf(frame, "card.opened")).toMatchObject({
      call_id: "main:1795323620.9",
      card_version: 1,
      client: { number: "+79161234567", raw: "89161234567", ext: "", kind: "e164" },
      lookup: "pending",
      candidates: [],
      chosen_id: "",
      answered_at: "",
      late_join: false,
    });
  });

  it("the snapshot has agent, cards, callbacks and colleagues", () => {
    const data = dataOf(decodeFrame(golden("snapshot")), "snapshot");
    expect(data.agent?.queues.map((queue) => [queue.queue, queue.paused])).toEqual([
      ["support", false],
      ["sales", true],
    ]);
    expect(data.cards.map((card) => [card.match, card.state, card.candidates.length])).toEqual([
      ["single", "offered", 1],
      ["multiple", "accepted", 2],
      ["single", "offered", 1],
    ]);
    expect(data.cards.map((card) => card.people.map((person) => person.id))).toEqual([[], [], ["c-1001"]]);
    expect(data.cards[1]?.usually).toEqual({ contact_id: "c-1002", name: "Петрова Мария", times: 4 });
    expect(data.cards[0]).toMatchObject({
      calls_today: 3,
      callback: { id: "cb-41", missed: 2, claimed_by_name: "Борис Кузнецов" },
      scenario: {
        rule: "contract",
        blocks: ["identity", "callback", "variables", "history"],
        open: { when: "answer", target: "tab" },
      },
      variables: [{ name: "CONTRACT", label: "Договор", value: "17/25" }],
      queue_title: "Поддержка",
      did_title: "Главный номер",
    });
    expect(data.cards[0]?.candidates[0]).toMatchObject({
      name: "Иванов Пётр Сергеевич",
      vip: true,
      certain: true,
      url: "",
    });
    expect(data.callbacks[0]).toMatchObject({
      missed: 2,
      cause: "abandoned",
      contact_name: "Иванов Пётр Сергеевич",
    });
    expect(data.agents.map((agent) => agent.agent)).toEqual(["anna", "boris"]);
  });

  it("an ack has the fields that the server reads", () => {
    const ours: Ack = {
      type: "ack",
      call_id: "main:1",
      card_version: 2,
      shown_at: "2026-08-05T09:30:05Z",
      tab: "t",
    };
    expect(Object.keys(ours).sort()).toEqual(Object.keys(JSON.parse(golden("ack"))).sort());
  });
});

const frame = (type: string, data: unknown): string => JSON.stringify({ epoch: "e", seq: 1, type, data });

describe("what is refused, with the field named", () => {
  it.each([
    ["no JSON", "{", SyntaxError, "JSON"],
    ["no object", "[]", WireError, "frame: got [], want an object"],
    ["no sequence number", '{"epoch":"e","type":"snapshot","data":{}}', WireError, "frame.seq"],
    ["a card without id", frame("card.opened", { card_version: 1 }), WireError, "card.opened.call_id"],
    [
      "a version in words",
      frame("card.updated", { call_id: "x", card_version: "2" }),
      WireError,
      'card.updated.card_version: got "2", want a number',
    ],
    [
      "a time that is none",
      frame("agent.changed", { agent: "a", since: "soon" }),
      WireError,
      "agent.changed.since",
    ],
    [
      "a list that is none",
      frame("snapshot", { cards: {} }),
      WireError,
      "snapshot.cards: got {}, want a list",
    ],
  ])("%s", (_name, raw, type, message) => {
    expect(() => decodeFrame(raw)).toThrow(type);
    expect(() => decodeFrame(raw)).toThrow(message);
  });
});

describe("what is forgiven", () => {
  it("a type of a newer server keeps its place in the sequence", () => {
    expect(decodeFrame(frame("weather.changed", { rain: true }))).toEqual({
      epoch: "e",
      seq: 1,
      message: { type: "unknown", data: { name: "weather.changed" } },
    });
  });

  it("null lists, absent texts, Go's zero time and unknown words", () => {
    const data = {
      call_id: "x",
      card_version: 1,
      client: { number: "", raw: "", kind: "satellite" },
      candidates: null,
      answered_at: "0001-01-01T00:00:00Z",
      match: "clairvoyant",
    };
    const card = dataOf(decodeFrame(frame("card.opened", data)), "card.opened");
    expect(card).toMatchObject({
      candidates: [],
      history: [],
      queue: "",
      answered_at: "",
      match: "unknown",
      client: { kind: "invalid" },
    });
  });

  it("a snapshot for a user who is no agent", () => {
    expect(dataOf(decodeFrame(frame("snapshot", { cards: [] })), "snapshot").agent).toBeUndefined();
  });
});
