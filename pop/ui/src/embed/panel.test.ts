import { describe, expect, it, vi } from "vitest";
import { Desk } from "../core/desk";
import { alone } from "../core/ways";
import { aroundOffice, FakeOffice, fakeFetch } from "../test/fakeServer";
import { card, maria, phone } from "../test/sample";
import { type Asked, mark } from "./contract";
import { Panel } from "./panel";

const crm = "https://crm.example.com";

/** A panel in the page of a CRM, which hears what is posted to it. */
async function framed(loggedIn = true) {
  const office = new FakeOffice();
  office.loggedIn = loggedIn;
  const desk = new Desk({
    fetch: fakeFetch(office),
    ways: [alone(aroundOffice(office))],
    now: () => Date.now(),
    random: () => 0.5,
  });
  const heard: { message: Record<string, unknown>; origin: string }[] = [];
  const above = {
    postMessage: (message: unknown, origin: string) =>
      void heard.push({ message: message as Record<string, unknown>, origin }),
  };
  const show = vi.fn();
  const panel = new Panel({ desk, above, show, explain: () => "it did not work" });
  await desk.open();
  const ask = (asked: object, source: unknown = above) =>
    panel.take({ source, origin: crm, data: { protocol: mark, id: 7, ...asked } as unknown as Asked });
  const told = (event: string) => heard.filter(({ message }) => message.event === event);
  return { office, desk, heard, ask, show, told };
}

describe("the panel", () => {
  it("says nothing before the page has said hello, and then only to that origin", async () => {
    const { office, heard, ask, told } = await framed();
    office.ring(
      card({ call_id: "main:1", match: "single", candidates: [maria], client: phone("+79161234567") }),
    );
    expect(heard).toEqual([]);
    ask({ ask: "hello" });
    await vi.waitFor(() => expect(told("card.opened")).toHaveLength(1));
    expect(new Set(heard.map(({ origin }) => origin))).toEqual(new Set([crm]));
    expect(told("ready")[0]?.message.data).toEqual({ user: "anna" });
    expect(told("card.opened")[0]?.message.data).toMatchObject({
      call_id: "main:1",
      number: "+79161234567",
      contact: { id: maria.id, name: maria.name },
    });
  });

  it("ignores who is not the page above, and what is no message of the contract", async () => {
    const { heard, ask } = await framed();
    ask({ ask: "hello" }, { postMessage: () => {} });
    ask({ ask: "call", number: "" });
    ask({ ask: "call", number: 7 });
    ask({ ask: "shutdown" });
    ask({ protocol: "other" });
    expect(heard).toEqual([]);
  });

  it("tells a card's life: opened once, updated, closed", async () => {
    const { office, ask, told } = await framed();
    ask({ ask: "hello" });
    await vi.waitFor(() => expect(told("ready")).toHaveLength(1));
    office.ring(card({ call_id: "main:2" }));
    office.change("main:2", { state: "accepted" });
    office.change("main:2", { state: "ended" }, "card.ended");
    await vi.waitFor(() => expect(told("card.closed")).toHaveLength(1));
    expect(told("card.opened")).toHaveLength(1);
    expect(told("card.updated").at(-1)?.message.data).toMatchObject({ state: "accepted" });
    expect(told("card.closed")[0]?.message.data).toMatchObject({ call_id: "main:2", state: "ended" });
  });

  it("calls a number and answers what came of it", async () => {
    const { office, heard, ask } = await framed();
    ask({ ask: "hello", id: 1 });
    ask({ ask: "call", number: "+79161234567", id: 2 });
    await vi.waitFor(() =>
      expect(heard.map(({ message }) => message)).toContainEqual({ protocol: mark, answer: 2 }),
    );
    office.answers.set("/calls", { status: 503, body: {} });
    ask({ ask: "call", number: "+79161234567", id: 3 });
    await vi.waitFor(() =>
      expect(heard.map(({ message }) => message)).toContainEqual({
        protocol: mark,
        answer: 3,
        error: "it did not work",
      }),
    );
  });

  it("shows a call's card when asked", async () => {
    const { ask, show } = await framed();
    ask({ ask: "open", call_id: "main:3" });
    expect(show).toHaveBeenCalledWith("main:3");
  });
});
