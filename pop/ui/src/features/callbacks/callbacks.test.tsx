import { notifications } from "@mantine/notifications";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { deeds, settings } from "../../test/endpoints/work";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";
import { callback, phone } from "../../test/sample";
import { scenes } from "../../test/scenes";

afterEach(() => {
  localStorage.clear();
  notifications.clean();
});

async function atCallbacks(prepare?: (office: FakeOffice) => void, search = "") {
  const office = await renderDesk(prepare ?? scenes.owed, true, `/callbacks${search}`);
  const user = userEvent.setup();
  return { office, user };
}

const list = () => screen.findByRole("list", { name: "My callbacks" });

const rowOf = async (id: string): Promise<HTMLElement> => {
  await list();
  return waitFor(() => {
    const row = document.querySelector<HTMLElement>(`[data-callback="${id}"]`);
    if (!row) throw new Error(`no row of ${id}`);
    return row;
  });
};

const ids = () =>
  [...document.querySelectorAll("[data-callback]")].map((row) => row.getAttribute("data-callback"));

const kept = (office: FakeOffice, id: string) => office.callbacks.find((each) => each.id === id);

const button = (row: HTMLElement, name: string | RegExp) => within(row).getByRole("button", { name });

describe("the list", () => {
  it("has first what is due first, and says all that is known", async () => {
    await atCallbacks();
    const first = await rowOf("cb-1");
    expect(ids()).toEqual(["cb-1", "cb-3", "cb-2", "cb-4", "cb-5"]);
    await waitFor(() => expect(first.textContent).toContain("Support line · Main number"));
    expect(first.textContent).toContain("Ivan Petrov");
    expect(first.textContent).toMatch(/missed 4 times since \S+/);
    expect(first.textContent).toContain("hung up in the queue · asked for a call");
    expect(first.textContent).toMatch(/2 tries: busy \S+ Boris Kuznetsov “talks all the time” · no answer/);
    expect(first.textContent).toMatch(/overdue 1 hr/);
    expect((await rowOf("cb-4")).textContent).toMatch(/promised for .*|The price of 20 chairs/);
  });

  it("is narrowed to mine and my queues, and says where the others are", async () => {
    const { user } = await atCallbacks();
    await rowOf("cb-1");
    await user.click(screen.getByRole("radio", { name: "Mine" }));
    await waitFor(() => expect(ids()).toEqual(["cb-3", "cb-4"]));
    await user.click(screen.getByRole("radio", { name: "My queues" }));
    await waitFor(() => expect(ids()).toEqual(["cb-1", "cb-2", "cb-5"]));
  });

  it("tells an empty list from one whose clients are elsewhere", async () => {
    const { office } = await atCallbacks((fake) => {
      fake.callbacks = [callback({ id: "cb-7" })];
    }, "?scope=mine");
    expect(await screen.findByText("None of them is yours")).toBeDefined();
    expect(screen.getByText("1 client waits in another list.")).toBeDefined();
    act(() => office.publish("callback.changed", callback({ id: "cb-7", state: "done" })));
    expect(await screen.findByText("Nobody waits for a callback")).toBeDefined();
  });

  it("of those who were called back is read again when one more was", async () => {
    const { office } = await atCallbacks(undefined, "?state=done");
    await rowOf("cb-11");
    expect((await rowOf("cb-12")).textContent).toContain("got through himself");
    const done = { ...callback({ id: "cb-2" }), state: "done" as const, closed_by: "reached" };
    office.callbacks = [...office.callbacks.filter((each) => each.id !== "cb-2"), done];
    act(() => office.publish("callback.changed", done));
    await rowOf("cb-2");
  });

  it("says why it could not be loaded, and tries again", async () => {
    const { user } = await atCallbacks((office) => {
      scenes.owed?.(office);
      // The page asks once more by itself; each answer is used once.
      office.answers.set("/callbacks", { status: 403 });
      office.answers.set("/callback", { status: 403 });
    }, "?state=cancelled");
    expect((await screen.findByRole("alert")).textContent).toContain("this is not allowed");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await rowOf("cb-13");
  });

  it("leads to the calls of a client from the desk, and has tel: links where nobody can be dialled", async () => {
    await renderDesk((office) => {
      settings(office).control = false;
    });
    const user = userEvent.setup();
    const row = await rowOf("cb-1");
    expect(within(row).getByRole("link", { name: "Call +7 916 123 45 67" }).getAttribute("href")).toBe(
      "tel:+79161234567",
    );
    expect(within(row).queryByRole("button", { name: /^Call / })).toBeNull();
    await user.click(button(await rowOf("cb-2"), "Show the calls with +49 30 901820"));
    expect((await screen.findByLabelText<HTMLInputElement>("Number")).value).toBe("+4930901820");
  });
});

describe("a duty", () => {
  it("is claimed and given back", async () => {
    const { office, user } = await atCallbacks();
    const row = await rowOf("cb-1");
    await user.click(button(row, "I take it"));
    await within(row).findByText(/^yours until/);
    expect(kept(office, "cb-1")?.claimed_by).toBe("anna");
    await user.click(button(row, "Give back"));
    await within(row).findByRole("button", { name: "I take it" });
  });

  it("that a colleague has is left alone; who claims too late is told by whom", async () => {
    const { office, user } = await atCallbacks();
    const taken = await rowOf("cb-2");
    expect(taken.textContent).toContain("Boris Kuznetsov takes care of it");
    for (const name of ["I take it", "Give back", "Later", "Done", /^Call /])
      expect(within(taken).queryByRole("button", { name })).toBeNull();
    const row = await rowOf("cb-1");
    const body = { claimed_by: "boris", claimed_by_name: "Boris Kuznetsov" };
    office.answers.set("/callbacks/cb-1/claim", { status: 409, body });
    await user.click(button(row, "I take it"));
    const told = await screen.findByRole("alert");
    expect(told.textContent).toContain("Boris Kuznetsov takes care of it");
    expect(told.textContent).toContain("Ivan Petrov"); // several may be told at once
    await waitFor(() => expect(within(row).queryByRole("button", { name: "I take it" })).toBeNull());
  });

  it("is dialled; then the outcome is asked, and a call for later wants a time", async () => {
    const { office, user } = await atCallbacks();
    const row = await rowOf("cb-1");
    await user.click(await within(row).findByRole("button", { name: "Call +7 916 123 45 67" }));
    expect(await screen.findByText("Pick up your phone: +7 916 123 45 67 is called then.")).toBeDefined();
    expect(deeds(office)).toEqual(["callback cb-1"]);
    const form = await within(row).findByRole("form", { name: "How did the call end?" });
    await user.click(button(form, "Call later"));
    await user.click(button(form, "In an hour"));
    await user.click(within(form).getByLabelText("Note"));
    await user.paste("in a meeting");
    const before = Date.now();
    await user.click(button(form, "Save"));
    await waitFor(() => expect(kept(office, "cb-1")?.attempts.at(-1)?.said).toBe(true));
    expect(kept(office, "cb-1")?.attempts.at(-1)).toMatchObject({
      outcome: "call_later",
      note: "in a meeting",
    });
    expect(Math.abs(Date.parse(kept(office, "cb-1")?.due ?? "") - before - 3_600_000)).toBeLessThan(120_000);
    await waitFor(() => expect(screen.queryByRole("form", { name: "How did the call end?" })).toBeNull());
  });

  it.each([
    ["client_on_line", "The client is on the line with us now"],
    ["outside_window", "It is too early or too late to call this client now"],
    ["do_not_call", "This number is not to be called"],
    ["too_many_attempts", "This client was called often enough today"],
  ])("that is not to be dialled now says why: %s", async (reason, words) => {
    const { office, user } = await atCallbacks();
    const row = await rowOf("cb-1");
    office.answers.set("/callbacks/cb-1/dial", { status: 409, body: { reason } });
    await user.click(await within(row).findByRole("button", { name: /^Call \+7/ }));
    expect((await screen.findByRole("alert")).textContent).toContain(words);
  });

  it("that was closed meanwhile leaves, though no frame has come", async () => {
    const { office, user } = await atCallbacks();
    const row = await rowOf("cb-1");
    office.callbacks = office.callbacks.map((each) =>
      each.id === "cb-1" ? { ...each, state: "done" } : each,
    );
    office.answers.set("/callbacks/cb-1/claim", { status: 409, body: { reason: "closed" } });
    await user.click(button(row, "I take it"));
    await waitFor(() => expect(ids()).not.toContain("cb-1"));
  });

  it("is put off to a usual time, or to any", async () => {
    const { office, user } = await atCallbacks();
    const row = await rowOf("cb-1");
    await user.click(button(row, "Later"));
    await user.click(await screen.findByRole("menuitem", { name: /^Tomorrow morning/ }));
    await waitFor(() => expect(kept(office, "cb-1")?.promised).toBe(true));
    expect(new Date(kept(office, "cb-1")?.due ?? "").getHours()).toBe(9);
    await user.click(button(row, "Later"));
    await user.click(await screen.findByRole("menuitem", { name: "Pick a time…" }));
    expect(await within(row).findByLabelText("Day and time")).toBeDefined();
    expect(button(row, "Save")).toHaveProperty("disabled", true);
  });

  it("is closed with a reason; who said reached may take it back", async () => {
    const { office, user } = await atCallbacks();
    await user.click(button(await rowOf("cb-1"), "Done"));
    await user.click(await screen.findByRole("menuitem", { name: "Not needed any more" }));
    await waitFor(() => expect(ids()).not.toContain("cb-1"));
    expect(kept(office, "cb-1")).toMatchObject({ state: "cancelled", closed_by: "not_needed" });
    await user.click(screen.getByRole("radio", { name: "Called back" }));
    const done = await rowOf("cb-11");
    await user.click(button(done, "Not reached after all?"));
    const form = within(done).getByRole("form", { name: "How did the call end?" });
    await user.click(button(form, "No answer"));
    await user.click(button(form, "Save"));
    await waitFor(() => expect(kept(office, "cb-11")?.state).toBe("open"));
  });
});

describe("a promise", () => {
  it("is made with a number, a time and a word", async () => {
    const { office, user } = await atCallbacks();
    await rowOf("cb-1");
    await user.click(screen.getByRole("button", { name: "New callback" }));
    const form = await screen.findByRole("form", { name: "New callback" });
    await user.click(button(form, "Promise the call"));
    expect(within(form).getByText("A number that can be called")).toBeDefined();
    await user.click(within(form).getByLabelText(/^Number/));
    await user.paste("+79165550102");
    await user.click(button(form, "In 20 minutes"));
    await user.click(within(form).getByLabelText("What it is about"));
    await user.paste("the price");
    await user.click(button(form, "Promise the call"));
    await waitFor(() => expect(screen.queryByRole("form", { name: "New callback" })).toBeNull());
    expect(office.callbacks.at(-1)).toMatchObject({ client: phone("+79165550102"), note: "the price" });
    expect((await list()).textContent).toContain("+7 916 555 01 02");
  });
});

describe("keys", () => {
  it("walk the list, claim, and go on where a closed one was", async () => {
    const { office, user } = await atCallbacks();
    await rowOf("cb-1");
    const focused = () => document.activeElement?.getAttribute("data-callback");
    await user.keyboard("v");
    expect(focused()).toBe("cb-1");
    await user.keyboard("jjk");
    expect(focused()).toBe("cb-3");
    await user.keyboard("b");
    await waitFor(() => expect(kept(office, "cb-3")?.claimed_by).toBe(""));
    const mine = kept(office, "cb-3");
    act(() => office.publish("callback.changed", { ...mine, state: "done" }));
    await waitFor(() => expect(focused()).toBe("cb-2"));
    await user.keyboard("kd");
    await waitFor(() => expect(deeds(office)).toEqual(["callback cb-1"]));
  });
});

describe("on a card", () => {
  it("the outcome of my call is asked, and a closed one can be put right", async () => {
    const { office, user } = await atCallbacks((fake) => {
      scenes.owed?.(fake);
      scenes.tried?.(fake);
      scenes.owedOnCard?.(fake);
    });
    const block = await screen.findByRole("region", { name: "Callback" });
    expect(within(await rowOf("cb-3")).queryByRole("form")).toBeNull();
    const form = await within(block).findByRole("form", { name: "How did the call end?" });
    await user.click(button(form, "Reached"));
    await user.click(button(form, "Save"));
    await waitFor(() => expect(kept(office, "cb-3")).toMatchObject({ state: "done", closed_by: "reached" }));
    act(() => office.change("main:31", { callback_id: "" }));
    const closed = await screen.findByRole("region", { name: "Callback" });
    expect(await within(closed).findByText("The callback is closed: reached")).toBeDefined();
    expect(button(closed, "Not reached after all?")).toBeDefined();
  });
});
