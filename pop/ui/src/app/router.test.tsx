import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakeOffice } from "../test/fakeServer";
import { renderDesk } from "../test/render";
import { card } from "../test/sample";

const at = (address: string, prepare: (office: FakeOffice) => void = () => {}) =>
  renderDesk(prepare, true, address);
const page = (name: string) => screen.findByRole("heading", { level: 2, name });

describe("addresses", () => {
  it("a card stays as it is while pages change beside it", async () => {
    const office = await at("/");
    const user = userEvent.setup();
    await screen.findByText("No calls now");
    act(() => office.ring(card({ match: "internal" })));
    const article = await screen.findByRole("article");
    await user.click(screen.getByRole("link", { name: "Settings" }));
    await page("Settings");
    await user.click(screen.getByRole("link", { name: "Calls" }));
    await page("Calls");
    expect(screen.getByRole("article")).toBe(article);
  });

  it("hold the filter of the calls, and a filter changes them", async () => {
    await at("/calls?number=%2B4930901820");
    const user = userEvent.setup();
    expect((await screen.findByLabelText<HTMLInputElement>("Number")).value).toBe("+4930901820");
    const rows = () => within(screen.getByRole("list", { name: "Recent calls" })).getAllByRole("listitem");
    await waitFor(() => expect(rows()).toHaveLength(3));
    await user.click(screen.getByRole("checkbox", { name: "Missed" }));
    await waitFor(() => expect(rows()).toHaveLength(2));
    await user.click(screen.getByRole("button", { name: "Clear the filter" }));
    await waitFor(() => expect(rows()).toHaveLength(8));
  });

  it("are reached by G and a letter, and the search by /", async () => {
    await at("/");
    const user = userEvent.setup();
    await screen.findByText("No calls now");
    await user.keyboard("gp");
    await page("Contacts");
    await user.keyboard("[Slash]");
    await user.keyboard("romash");
    expect(await screen.findByRole("link", { name: "Ivan Petrov" })).toBeDefined();
  });

  it.each([
    ["/no/such/page", "There is no such page"],
    ["/calls/main%3A0", "This call is not there"],
    ["/contacts/nobody", "This contact is not there"],
    ["/team", "This page is for supervisors"],
  ])("%s: %s", async (address, words) => {
    await at(address);
    expect(await screen.findByText(words)).toBeDefined();
  });
});

describe("unsorted calls", () => {
  it("are sorted by keys alone: choose, set aside, done", async () => {
    await at("/unresolved");
    const user = userEvent.setup();
    await screen.findByRole("button", { name: /Choose Ivan Petrov/ });
    screen.getByRole("button", { name: /^\+1 202 555 0143/ }).focus();
    await user.keyboard("1");
    await waitFor(() => expect(screen.queryByRole("button", { name: /^\+1 202 555 0143/ })).toBeNull());
    await user.keyboard("{ArrowDown}");
    await screen.findByRole("button", { name: /^\+7 916 123 45 67/, current: true });
    await user.keyboard("x");
    await waitFor(() => expect(screen.queryByRole("button", { name: /^\+7 916 123 45 67/ })).toBeNull());
    await user.keyboard("x");
    expect(await screen.findByText("Everything is sorted")).toBeDefined();
  });
});

describe("a contact's page", () => {
  it("changes what was edited and nothing else", async () => {
    const office = await at("/contacts/c-1");
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Edit" }));
    const name = screen.getByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "Ivan Sidorov");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await page("Ivan Sidorov");
    expect(office.contacts[0]).toMatchObject({ name: "Ivan Sidorov", company: "Romashka Ltd", vip: true });
  });
});
