import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { renderDesk, wholeCard } from "../../test/render";
import { card, contact, maria } from "../../test/sample";

afterEach(() => localStorage.clear());

async function atTheDesk() {
  const office = await renderDesk();
  await screen.findByText("No calls now");
  return { office, user: userEvent.setup() };
}

const focused = () => document.activeElement?.closest("article")?.getAttribute("data-call");

describe("keys", () => {
  it("are listed by ?, and can be switched off", async () => {
    const { user } = await atTheDesk();
    await user.keyboard("?");
    const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(dialog.textContent).toContain("JNext card");
    await user.click(within(dialog).getByRole("switch", { name: "Single keys work" }));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("?");
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Settings" }));
    await user.click(await screen.findByRole("menuitem", { name: "Keyboard shortcuts" }));
    expect(await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).toBeDefined();
  });

  it("make ready, and open the reasons of not ready", async () => {
    const { office, user } = await atTheDesk();
    act(() => office.setSelf({ mode: "not_ready", reason: "lunch" }));
    await user.keyboard("r");
    await waitFor(() => expect(office.self.mode).toBe("ready"));
    await user.keyboard("n");
    expect(await screen.findByRole("menuitem", { name: "Lunch" })).toBeDefined();
  });

  it("walk the cards, choose, change and dismiss", async () => {
    const { office, user } = await atTheDesk();
    act(() => office.ring(card({ call_id: "main:1", match: "multiple", candidates: [contact(), maria] })));
    await wholeCard();
    act(() => office.ring(card({ call_id: "main:2", match: "internal" })));
    await user.keyboard("j");
    expect(focused()).toBe("main:2");
    await user.keyboard("jj");
    expect(focused()).toBe("main:1");
    await user.keyboard("2");
    await waitFor(() => expect(office.cards[0]?.chosen_id).toBe("c-2"));
    await screen.findByRole("button", { name: "Change" });
    await user.keyboard("c");
    expect(await screen.findByRole("form", { name: "New contact" })).toBeDefined();
    await user.type(screen.getByLabelText(/^Name/), "Rick X. Jr 2?");
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe("Rick X. Jr 2?");
    expect(screen.queryByRole("dialog")).toBeNull();
    act(() => office.change("main:2", { state: "withdrawn", reason: "caller_left" }, "card.withdrawn"));
    screen.getAllByRole("article")[0]?.focus();
    await user.keyboard("x");
    await waitFor(() => expect(screen.getAllByRole("article")).toHaveLength(1));
  });

  it("answer why", async () => {
    const { office, user } = await atTheDesk();
    act(() => office.ring(card({ match: "internal" })));
    await wholeCard();
    await user.keyboard("w");
    expect(await screen.findByRole("dialog", { name: /^Why: / })).toBeDefined();
  });
});
