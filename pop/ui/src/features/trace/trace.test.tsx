import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";
import { card } from "../../test/sample";

async function ask(prepare?: (office: FakeOffice) => void) {
  const office = await renderDesk(prepare);
  await screen.findByText("No calls now");
  act(() => office.ring(card({ match: "internal", client_name: "Boris Kuznetsov" })));
  const user = userEvent.setup();
  const button = await screen.findByRole("button", { name: "Why? Boris Kuznetsov" });
  button.focus();
  await user.keyboard("{Enter}");
  return { office, user, button, dialog: await screen.findByRole("dialog") };
}

const texts = (list: HTMLElement) =>
  within(list)
    .getAllByRole("listitem")
    .map((row) => row.textContent);

describe("why", () => {
  it("tells the call's story by chapter, opened and closed by keyboard", async () => {
    const { user, button, dialog } = await ask();
    const pbx = await within(dialog).findByRole("region", { name: "What the PBX did" });
    expect(texts(pbx)[0]).toBe("+0.000A call camefirst leg: trunk, direction inbound");
    expect(texts(pbx)[1]).toContain("+1.50Joined with another call: the queue rang it");
    expect(texts(pbx).at(-1)).toBe("+2:05new.rulea rule that this page does not know yet");
    const cards = within(dialog).getByRole("region", { name: "Cards" });
    expect(texts(cards).find((row) => row?.includes("Painted"))).toContain("tab 1z141z3");
    const verdict = dialog.textContent;
    expect(verdict).toContain("Seen by Anna Smirnova, 0.04 s after the card was made");
    expect(verdict).toContain("Not seen by Boris Kuznetsov: a card was made, no open page painted it");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it("outlives the card that it was asked of", async () => {
    const { office, dialog } = await ask();
    await within(dialog).findByText("A call came");
    act(() => office.change("main:10", { state: "withdrawn", reason: "caller_left" }, "card.withdrawn"));
    expect(screen.getByRole("dialog")).toBe(dialog);
  });

  it("says that nothing is known", async () => {
    const { dialog } = await ask((office) => office.traces.set("main:10", []));
    expect(await within(dialog).findByText("Nothing is known of this call's way")).toBeDefined();
  });

  it("says why it cannot tell, and tries again", async () => {
    const { user, dialog } = await ask((office) =>
      office.answers.set("/calls/main%3A10/trace", { status: 403, body: { detail: "not yours" } }),
    );
    const alert = await within(dialog).findByRole("alert", undefined, { timeout: 5000 });
    expect(alert.textContent).toContain("this is not allowed");
    await user.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await within(dialog).findByText("A call came")).toBeDefined();
  });

  it("is asked of a call in the list, too", async () => {
    await renderDesk();
    const user = userEvent.setup();
    await user.click(await screen.findByRole("tab", { name: "Calls" }));
    const [first] = await screen.findAllByRole("button", { name: /^Why\? / });
    if (first) await user.click(first);
    expect(
      await within(await screen.findByRole("dialog")).findByText("The recording is stored"),
    ).toBeDefined();
  });
});
