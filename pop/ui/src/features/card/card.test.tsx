import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Card } from "../../protocol/types";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk, wholeCard } from "../../test/render";
import { card, contact, maria, minutesAgo, past, phone, reception } from "../../test/sample";
import { scenes } from "../../test/scenes";

async function withCard(more: Partial<Card>) {
  const office = await renderDesk();
  await screen.findByText("No calls now");
  act(() => office.ring(card(more)));
  return { office, article: await wholeCard(), user: userEvent.setup() };
}

const say = (office: FakeOffice, scene: string) => act(() => scenes[scene]?.(office));

describe("each match has its own layout", () => {
  it("single: who it is, what is known, what was before", async () => {
    const { article } = await withCard({
      match: "single",
      candidates: [contact()],
      history: past,
      callback_id: "cb-1",
    });
    const text = article.textContent ?? "";
    for (const part of [
      "+7 916 123 45 67",
      "Ivan Petrov",
      "VIP",
      "Romashka Ltd",
      "Anna Smirnova (you)",
      "Please call after 11:00.",
      "Delivery of 120 chairs",
      "3:04",
      "Missed 2 times since",
      "Support line",
      "Main number",
      "Asked for the delivery date",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("multiple: all candidates with what tells them apart; a choice, then another", async () => {
    const { office, article, user } = await withCard({
      match: "multiple",
      candidates: [contact(), maria, reception],
    });
    const rows = within(article)
      .getAllByRole("listitem")
      .map((row) => row.textContent);
    expect(rows[0]).toContain("2 orders");
    expect(rows[1]).toContain("Boris Kuznetsov");
    expect(rows[2]).toContain("no calls yet");
    await user.click(within(article).getByRole("button", { name: "Choose Мария Петрова" }));
    await waitFor(() => expect(office.cards[0]?.chosen_id).toBe("c-2"));
    await user.click(await within(article).findByRole("button", { name: "Change" }));
    expect(within(article).getByText("chosen")).toBeDefined();
    await user.click(within(article).getByRole("button", { name: "Choose Ivan Petrov" }));
    await waitFor(() => expect(office.cards[0]?.chosen_id).toBe("c-1"));
  });

  it("a choice that is not saved says so and can be tried again", async () => {
    const { office, article, user } = await withCard({ match: "multiple", candidates: [contact(), maria] });
    office.answers.set("/calls/", { status: 503 });
    await user.click(within(article).getByRole("button", { name: "Choose Ivan Petrov" }));
    expect(await screen.findByText("The choice was not saved: not available just now")).toBeDefined();
    expect(within(article).getByRole("button", { name: "Choose Ivan Petrov" })).toBeDefined();
  });

  it("unknown: search as you type, then link", async () => {
    const { office, article, user } = await withCard({ client: phone("+12025550143") });
    await user.type(await within(article).findByRole("searchbox"), "петр");
    await user.click(await within(article).findByRole("button", { name: "Choose Мария Петрова" }));
    await waitFor(() => expect(office.cards[0]?.chosen_id).toBe("c-2"));
  });

  it("unknown: a new contact, prefilled with the number", async () => {
    const { office, article, user } = await withCard({ client: phone("+12025550143") });
    await user.click(within(article).getByRole("button", { name: "New contact" }));
    expect((await within(article).findByLabelText<HTMLInputElement>("Number")).value).toBe("+12025550143");
    await user.click(within(article).getByRole("button", { name: "Save contact" }));
    expect(await within(article).findByText("A name is needed")).toBeDefined();
    await user.type(within(article).getByLabelText(/Name/), "John Doe");
    await user.click(within(article).getByRole("button", { name: "Save contact" }));
    expect((await within(article).findAllByText("John Doe")).length).toBeGreaterThan(0);
    expect(office.contacts.at(-1)).toMatchObject({ name: "John Doe", phones: ["+12025550143"] });
  });

  it("maybe: candidates are marked, and nobody is chosen for the agent", async () => {
    const { article } = await withCard({ candidates: [contact({ certain: false })] });
    expect(within(article).getByText("maybe")).toBeDefined();
    expect(within(article).getByText("1 contact may be the caller. Who is it?")).toBeDefined();
    expect(within(article).getByRole("button", { name: "Choose Ivan Petrov" })).toBeDefined();
  });

  it("internal: the colleague", async () => {
    const { article } = await withCard({ match: "internal", direction: "internal", client: phone("1002") });
    expect(within(article).getByText("Boris Kuznetsov")).toBeDefined();
    expect(within(article).queryByRole("button", { name: "New contact" })).toBeNull();
  });

  it("anonymous: said so, and still findable", async () => {
    const { article } = await withCard({ match: "anonymous", client: phone("") });
    expect(within(article).getByRole("heading", { name: "Number withheld" })).toBeDefined();
    expect(within(article).getByRole("button", { name: "Find" })).toBeDefined();
  });

  it("a look-up that goes on or failed is said", async () => {
    const { office, article } = await withCard({ lookup: "pending" });
    expect(within(article).getByText("Looking up the number…")).toBeDefined();
    act(() => office.change("main:10", { lookup: "failed" }));
    expect(await within(article).findByText(/The directory did not answer/)).toBeDefined();
  });

  it("nothing is looked up for a call that is over before its data came", async () => {
    const { office, article } = await withCard({ lookup: "pending" });
    act(() => office.change("main:10", { state: "withdrawn", reason: "caller_left" }));
    await waitFor(() => expect(within(article).queryByText("Looking up the number…")).toBeNull());
    expect(within(article).queryByText("No earlier calls")).toBeNull();
  });
});

describe("the stack", () => {
  it("keeps focus and text in a card when others ring, and when the card itself changes", async () => {
    const { office, article, user } = await withCard({ client: phone("+12025550143") });
    await user.click(within(article).getByRole("button", { name: "New contact" }));
    await user.type(await within(article).findByLabelText(/Name/), "John");
    say(office, "multiple");
    await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(2));
    act(() =>
      office.change("main:10", { state: "accepted", call_state: "talking", answered_at: minutesAgo(0) }),
    );
    await within(article).findByText("Talking");
    await user.keyboard(" Doe");
    expect(within(article).getByLabelText<HTMLInputElement>(/Name/).value).toBe("John Doe");
    expect(screen.getAllByRole("article").map((each) => each.dataset.call)).toEqual(["main:15", "main:10"]);
  });

  it("tells the server once what is painted, for each version", async () => {
    const { office } = await withCard({});
    await waitFor(() => expect(office.acks).toHaveLength(1));
    act(() => office.change("main:10", { lookup: "failed" }));
    await waitFor(() => expect(office.acks).toHaveLength(2));
    expect(office.acks).toMatchObject([
      { type: "ack", call_id: "main:10", card_version: 1 },
      { type: "ack", call_id: "main:10", card_version: 2 },
    ]);
  });

  it("says why a card went; ended ones stay until they are dismissed", async () => {
    const { office, article, user } = await withCard({});
    say(office, "withdraw");
    expect(await within(article).findByText("Answered by Boris Kuznetsov")).toBeDefined();
    await user.click(within(article).getByRole("button", { name: "Dismiss" }));
    expect(await screen.findByText("No calls now")).toBeDefined();
  });

  it("an open card cannot be sent away", async () => {
    const { article } = await withCard({});
    expect(within(article).queryByRole("button", { name: "Dismiss" })).toBeNull();
  });
});
