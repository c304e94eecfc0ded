import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { deeds, settings } from "../../test/endpoints/work";
import { renderDesk, wholeCard } from "../../test/render";
import { card } from "../../test/sample";

afterEach(() => history.replaceState(null, "", "/"));

async function dialer() {
  const office = await renderDesk();
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Call a number" }));
  const form = await screen.findByRole("form", { name: "Call a number" });
  return { office, user, form, field: within(form).getByRole<HTMLInputElement>("textbox") };
}

describe("the dialer", () => {
  it("groups digits while they are typed, and calls", async () => {
    const { office, user, field } = await dialer();
    await user.type(field, "+79161234567");
    expect(field.value).toBe("+7 916 123 45 67");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("Pick up your phone: +7 916 123 45 67 is called then.")).toBeDefined();
    expect(deeds(office)).toEqual(["dial +79161234567"]);
    await waitFor(() => expect(screen.queryByRole("form", { name: "Call a number" })).toBeNull());
  });

  it("finds people by name, without the mouse", async () => {
    const { office, user, form, field } = await dialer();
    await user.type(field, "boris");
    await within(form).findByRole("button", { name: /^Call Boris Kuznetsov/ });
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(deeds(office)).toEqual(["dial 1002"]));
  });

  it("says why nobody is called, and keeps the number", async () => {
    const { office, user, field } = await dialer();
    office.answers.set("/calls", { status: 503 });
    await user.type(field, "112{Enter}");
    expect(await screen.findByText("112 was not called: not available just now")).toBeDefined();
    expect(field.value).toBe("112");
  });

  it("takes a tel: link, and leaves the call to the agent", async () => {
    history.replaceState(null, "", "/?call=tel%3A%2B7-916-123-45-67");
    const office = await renderDesk();
    const form = await screen.findByRole("form", { name: "Call a number" });
    expect(within(form).getByRole<HTMLInputElement>("textbox").value).toBe("+7 916 123 45 67");
    expect(location.search).toBe("");
    expect(deeds(office)).toEqual([]);
  });

  it("calls who rang and is gone from his card, and nobody who is on the line", async () => {
    const office = await renderDesk();
    await screen.findByText("No calls now");
    act(() => office.ring(card()));
    const article = await wholeCard();
    expect(within(article).queryByRole("button", { name: /^Call \+7/ })).toBeNull();
    act(() => office.change("main:10", { state: "withdrawn", reason: "caller_left" }));
    await userEvent
      .setup()
      .click(await within(article).findByRole("button", { name: "Call +7 916 123 45 67" }));
    await waitFor(() => expect(deeds(office)).toEqual(["dial +79161234567"]));
  });

  it("is not there when the server cannot call", async () => {
    await renderDesk((office) => {
      settings(office).control = false;
    });
    await screen.findByText("No calls now");
    expect(screen.queryByRole("button", { name: "Call a number" })).toBeNull();
  });
});
