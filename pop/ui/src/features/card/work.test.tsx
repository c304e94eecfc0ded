import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { getI18n } from "react-i18next";
import { afterEach, describe, expect, it, vi } from "vitest";
import { speak } from "../../app/i18n";
import type { Card } from "../../protocol/types";
import { deeds } from "../../test/endpoints/work";
import { renderDesk, wholeCard } from "../../test/render";
import { card, contact, maria, minutesAgo, past, phone, reception } from "../../test/sample";

afterEach(() => localStorage.clear());

const talking: Partial<Card> = {
  state: "accepted",
  call_state: "talking",
  answered_at: minutesAgo(1),
  match: "single",
  candidates: [contact()],
  can: ["hold", "transfer", "hangup"],
};

async function withCard(more: Partial<Card>) {
  const office = await renderDesk();
  await screen.findByText("No calls now");
  act(() => office.ring(card(more)));
  return { office, article: await wholeCard(), user: userEvent.setup() };
}

const button = (article: HTMLElement, name: string | RegExp) =>
  within(article).findByRole("button", { name });

describe("call control", () => {
  it("offers what the server allows, and holds and resumes", async () => {
    const { office, article, user } = await withCard(talking);
    expect(within(article).queryByRole("button", { name: "Answer" })).toBeNull();
    await user.click(await button(article, "Hold"));
    await user.click(await button(article, "Resume"));
    await user.click(await button(article, "Hang up"));
    expect(await within(article).findByText("Ended")).toBeDefined();
    expect(deeds(office)).toEqual(["hold main:10", "resume main:10", "hangup main:10"]);
    expect(within(article).queryByRole("group", { name: "Call control" })).toBeNull();
  });

  it("says on the card why something was not done", async () => {
    const { office, article, user } = await withCard(talking);
    office.answers.set("/calls/main%3A10/hold", {
      status: 409,
      body: { detail: "the client is in a queue" },
    });
    await user.click(await button(article, "Hold"));
    expect((await within(article).findByRole("alert")).textContent).toBe(
      "Not done: the client is in a queue",
    );
    expect(await button(article, "Hold")).toBeDefined();
  });

  it("says it in the page's language where the server names the reason", async () => {
    const { office, article, user } = await withCard(talking);
    await act(() => speak(getI18n(), "ru"));
    office.answers.set("/calls/main%3A10/hold", {
      status: 502,
      body: { detail: "PBX main refused: it took the transfer …", reason: "transfer_not_begun" },
    });
    await user.click(await button(article, "Удержать"));
    expect((await within(article).findByRole("alert")).textContent).toMatch(
      /АТС приняла перевод, но не начала его/,
    );
  });

  it("pauses the recording where something records, as the server says it for the whole call", async () => {
    const { office, article, user } = await withCard(talking);
    expect(within(article).queryByRole("button", { name: /recording/ })).toBeNull();
    act(() => office.change("main:10", { recording: "on", can: ["transfer", "pause_recording", "hangup"] }));
    await user.click(await button(article, "Pause recording"));
    await user.click(await button(article, "Resume recording"));
    await button(article, "Pause recording");
    expect(deeds(office)).toEqual(["recording/pause main:10", "recording/resume main:10"]);
    // the same agent's other tab has paused it, and the end of a hold lets it go on
    act(() => office.change("main:10", { recording: "paused", can: ["transfer", "resume_recording"] }));
    await button(article, "Resume recording");
    act(() => office.change("main:10", { recording: "on", can: ["transfer", "pause_recording"] }));
    await button(article, "Pause recording");
    office.answers.set("/calls/main%3A10/recording/pause", {
      status: 409,
      body: { detail: "nothing records this call" },
    });
    await user.click(await button(article, "Pause recording"));
    expect((await within(article).findByRole("alert")).textContent).toBe(
      "Not done: nothing records this call",
    );
    act(() => office.change("main:10", { recording: "", can: ["transfer", "hangup"] }));
    await waitFor(() => expect(within(article).queryByRole("button", { name: /recording/ })).toBeNull());
  });

  it("shows a card that arrives paused, as after a reload", async () => {
    const { article } = await withCard({ ...talking, recording: "paused", can: ["resume_recording"] });
    await button(article, "Resume recording");
  });

  it("asks a colleague first, then connects", async () => {
    const { office, article, user } = await withCard(talking);
    await user.click(await button(article, "Transfer"));
    const panel = await within(article).findByRole("region", { name: "Transfer" });
    expect((await within(panel).findAllByText("talking")).length).toBe(1);
    await user.type(within(panel).getByRole("searchbox"), "boris");
    await waitFor(() => expect(within(panel).getAllByRole("listitem")).toHaveLength(1));
    await user.click(await button(panel, "Ask first: Boris Kuznetsov"));
    await user.click(await button(article, "Connect them"));
    await waitFor(() =>
      expect(deeds(office)).toEqual(["attended main:10 1002", "transfer/complete main:10"]),
    );
  });

  it("transfers to a number that is in no directory", async () => {
    const { office, article, user } = await withCard(talking);
    await user.click(await button(article, "Transfer"));
    await user.type(await within(article).findByRole("searchbox"), "+7 495 123-45-67");
    await user.click(await button(article, "Transfer to +7 495 123 45 67 now"));
    await waitFor(() => expect(deeds(office)).toEqual(["blind main:10 +74951234567"]));
    await waitFor(() => expect(within(article).queryByRole("searchbox")).toBeNull());
  });
});

describe("notes", () => {
  it("wait for the talk, show the colleague's, and are saved as typed", async () => {
    const theirs = {
      agent: "boris",
      agent_name: "Boris",
      text: "asks for 120 chairs",
      version: 1,
      updated_at: "",
    };
    const { office, article, user } = await withCard({ notes: [theirs] });
    expect(await within(article).findByText("asks for 120 chairs")).toBeDefined();
    expect(within(article).queryByLabelText("Note of this call")).toBeNull();
    act(() => office.change("main:10", talking));
    await user.type(await within(article).findByLabelText("Note of this call"), "call back at 5");
    expect(await within(article).findByText(/^Saved /)).toBeDefined();
    expect(office.cards[0]?.notes.at(-1)).toMatchObject({
      agent: "anna",
      text: "call back at 5",
      version: 1,
    });
  });

  it("are there again after a reload, and what another window wrote is not overwritten", async () => {
    const mine = { agent: "anna", agent_name: "Anna", text: "first", version: 1, updated_at: minutesAgo(1) };
    const { office, article, user } = await withCard({ ...talking, notes: [mine] });
    const field = await within(article).findByLabelText<HTMLTextAreaElement>("Note of this call");
    await waitFor(() => expect(field.value).toBe("first"));
    const other = { ...mine, text: "from the other window", version: 2 };
    const [held] = office.cards;
    if (held) held.notes = [other];
    await user.type(field, " and more");
    expect(await within(article).findByText(/You wrote another note/)).toBeDefined();
    await user.click(await button(article, "Keep both"));
    await waitFor(() =>
      expect(office.cards[0]?.notes[0]?.text).toBe("from the other window\nfirst and more"),
    );
  });

  it("say that they wait for the network", async () => {
    const { office, article, user } = await withCard(talking);
    office.answers.set("/calls/main%3A10/note", { status: 503 });
    await user.type(await within(article).findByLabelText("Note of this call"), "x");
    expect(await within(article).findByText(/^No connection: kept here/)).toBeDefined();
    expect(await within(article).findByText(/^Saved /)).toBeDefined();
  });
});

describe("the result", () => {
  it("is one of the list, with several reasons, and can be taken back", async () => {
    const { office, article, user } = await withCard(talking);
    await user.click(await button(article, "Order"));
    await user.click(await button(article, "Delivery"));
    await user.click(await button(article, "Price"));
    await waitFor(() =>
      expect(office.cards[0]?.result).toMatchObject({ result: "order", reasons: ["delivery", "price"] }),
    );
    await user.click(await button(article, "Complaint"));
    await waitFor(() => expect(office.cards[0]?.result?.result).toBe("complaint"));
    await user.click(await button(article, "Complaint"));
    await waitFor(() => expect(office.cards[0]?.result?.result).toBe(""));
  });

  it("that was not saved is not shown as chosen", async () => {
    const { office, article, user } = await withCard(talking);
    office.answers.set("/calls/main%3A10/result", { status: 500 });
    await user.click(await button(article, "Order"));
    expect(await screen.findByText(/^The result was not saved/)).toBeDefined();
    expect((await button(article, "Order")).getAttribute("aria-pressed")).toBe("false");
  });
});

describe("the scenario", () => {
  const page = { when: "ringing", url: "https://crm.example/1", label: "Deal 1", target: "tab" } as const;

  it("chooses the blocks and their order", async () => {
    const { article } = await withCard({
      ...talking,
      history: past,
      variables: [{ name: "contract", label: "Contract", value: "40-115" }],
      scenario: { rule: "x", blocks: ["variables", "identity"], open: undefined },
    });
    const blocks = [...article.querySelectorAll<HTMLElement>("[data-block]")].map(
      (each) => each.dataset.block,
    );
    expect(blocks).toEqual(["variables", "identity"]);
    expect(within(article).getByText("40-115")).toBeDefined();
    expect(within(article).queryByText("Last calls")).toBeNull();
  });

  it("opens its page once per call, whatever comes", async () => {
    const tab = { opener: {}, location: { replace: vi.fn() } };
    const open = vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    const { office, article } = await withCard({ scenario: { ...card().scenario, open: page } });
    await waitFor(() => expect(tab.location.replace).toHaveBeenCalledWith("https://crm.example/1"));
    expect(tab.opener).toBeNull();
    act(() => office.change("main:10", { lookup: "failed" }));
    await within(article).findByText(/The directory did not answer/);
    expect(open).toHaveBeenCalledTimes(1);
    expect(await button(article, "Deal 1")).toBeDefined();
  });

  it("opens its page from a tab that nobody sees, whose card is drawn when it is shown", async () => {
    const tab = { opener: {}, location: { replace: vi.fn() } };
    vi.spyOn(window, "open").mockReturnValue(tab as unknown as Window);
    const office = await renderDesk();
    await screen.findByText("No calls now");
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    act(() => office.ring(card({ call_id: "main:79", scenario: { ...card().scenario, open: page } })));
    await waitFor(() => expect(tab.location.replace).toHaveBeenCalledTimes(1));
    expect(screen.queryByRole("article")).toBeNull();
    hidden.mockReturnValue(false);
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
    expect(await button(await wholeCard(), "Deal 1")).toBeDefined();
    expect(tab.location.replace).toHaveBeenCalledTimes(1);
  });

  it("leaves a button when the browser blocks the window", async () => {
    vi.spyOn(window, "open").mockReturnValue(null);
    const { article } = await withCard({ call_id: "main:77", scenario: { ...card().scenario, open: page } });
    expect(await within(article).findByText(/The browser blocked the window/)).toBeDefined();
  });

  it("opens no page that is none of the web", async () => {
    const open = vi.spyOn(window, "open");
    const bad = { ...page, when: "click", url: "javascript:alert(1)" } as const;
    const { article } = await withCard({ scenario: { ...card().scenario, open: bad } });
    expect(within(article).queryByRole("button", { name: "Deal 1" })).toBeNull();
    expect(open).not.toHaveBeenCalled();
  });
});

describe("the client's callback", () => {
  const open = {
    id: "cb-1",
    missed: 2,
    first_missed: minutesAgo(95),
    last_missed: minutesAgo(20),
    claimed_by: "",
    claimed_by_name: "",
    due: "",
  };

  it("is claimed, then closed, each by one click", async () => {
    const { office, article, user } = await withCard({ ...talking, callback: open });
    expect(within(article).getByText(/^Missed 2 times since/)).toBeDefined();
    await user.click(await button(article, "I take it"));
    expect(await within(article).findByText(/yours/)).toBeDefined();
    await user.click(await button(article, "Done"));
    await waitFor(() => expect(within(article).queryByText(/^Missed 2 times/)).toBeNull());
    expect(office.callbacks[0]).toMatchObject({ state: "done", closed_user: "anna" });
  });

  it("that a colleague was first to claim names him", async () => {
    const { office, article, user } = await withCard({ ...talking, callback: open });
    office.answers.set("/callbacks/cb-1/claim", { status: 409, body: { claimed_by_name: "Boris" } });
    await user.click(await button(article, "I take it"));
    expect(await screen.findByText("Boris takes care of it")).toBeDefined();
  });
});

describe("who it is", () => {
  it("a company shows its people; one click says who speaks", async () => {
    const people = [{ ...contact({ id: "c-1", name: "Ivan Petrov" }) }];
    const { office, article, user } = await withCard({
      match: "single",
      candidates: [reception],
      people,
      client: phone("+74951112233"),
    });
    await user.click(await button(article, "Ivan Petrov speaks"));
    await waitFor(() => expect(office.cards[0]?.chosen_id).toBe("c-1"));
  });

  it("several: whom agents usually choose is marked, in the same order as always", async () => {
    const { article } = await withCard({
      match: "multiple",
      candidates: [contact(), maria],
      usually: { contact_id: "c-2", name: maria.name, times: 4 },
      calls_today: 3,
    });
    const rows = within(article)
      .getAllByRole("listitem")
      .map((row) => row.textContent ?? "");
    expect(rows[0]).not.toContain("usually");
    expect(rows[1]).toContain("usually · 4 times");
    expect(within(article).getByText("3 calls today")).toBeDefined();
  });
});

describe("keys", () => {
  it("hold, transfer, write and end", async () => {
    const { office, article, user } = await withCard(talking);
    await button(article, "Hold");
    await user.keyboard("h");
    await waitFor(() => expect(deeds(office)).toEqual(["hold main:10"]));
    await within(article).findByLabelText("Note of this call");
    await user.keyboard("e");
    expect(document.activeElement).toBe(within(article).getByLabelText("Note of this call"));
    act(() => (document.activeElement as HTMLElement).blur());
    await user.keyboard("s");
    expect(document.activeElement?.textContent).toBe("Order");
    await user.keyboard("{Shift>}x{/Shift}");
    await waitFor(() => expect(deeds(office)).toEqual(["hold main:10", "hangup main:10"]));
  });
});
