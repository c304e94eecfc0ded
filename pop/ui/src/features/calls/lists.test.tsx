import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";
import { scenes } from "../../test/scenes";

/** The player is fetched when it is asked for, and machines may be busy. */
const patience = { timeout: 20_000 };

async function openCalls(prepare?: (office: FakeOffice) => void) {
  const office = await renderDesk(prepare);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("tab", { name: "Calls" }));
  return { office, user };
}

const rows = async () =>
  within(await screen.findByRole("list", { name: "Recent calls" })).getAllByRole("listitem");

describe("recent calls", () => {
  it("come in pages", async () => {
    const { user } = await openCalls();
    expect(await rows()).toHaveLength(8);
    await user.click(screen.getByRole("button", { name: "Show earlier calls" }));
    await waitFor(async () => expect(await rows()).toHaveLength(16));
  });

  it("are filtered by number, also one written for people", async () => {
    const { user } = await openCalls();
    await rows();
    await user.click(screen.getByLabelText("Number"));
    await user.paste("+7 (916) 123-45-67");
    await waitFor(async () => expect(await rows()).toHaveLength(4));
    await user.click(screen.getByRole("button", { name: "Clear the filter" }));
    await waitFor(async () => expect(await rows()).toHaveLength(8));
  });

  it("play a stored recording and say what became of another", async () => {
    const { user } = await openCalls();
    await rows();
    const [first, second] = screen.getAllByRole("button", { name: "Recordings: 1" });
    if (!first || !second) throw new Error("want two calls with recordings");
    await user.click(first);
    expect(screen.getByText(/The recording is not ready yet/)).toBeDefined();
    await user.click(second);
    const player = await screen.findByRole("region", { name: /^Recording of/ }, patience);
    expect(within(player).getByRole("link", { name: "Download" }).getAttribute("href")).toBe(
      "/api/v1/recordings/r-2/audio?download=1",
    );
  });

  it("say when there are none, and when they could not be loaded", async () => {
    const { user } = await openCalls((office) => scenes.empty?.(office));
    expect(await screen.findByText("No calls yet")).toBeDefined();
    await user.type(screen.getByLabelText("Number"), "99");
    expect(await screen.findByText("No calls match the filter")).toBeDefined();
  });
});

describe("the connection banner", () => {
  it("names the reason and counts down, and goes when all is well", async () => {
    const office = await renderDesk();
    await screen.findByText("No calls now");
    act(() => office.restart());
    expect(await screen.findByText("callcard is restarting")).toBeDefined();
    expect(screen.getByText(/Next try in [01] s\.|Connecting/)).toBeDefined();
    await waitFor(() => expect(screen.queryByText("callcard is restarting")).toBeNull(), patience);
  });

  it("asks for a reload when the page is too old", async () => {
    const office = await renderDesk();
    await screen.findByText("No calls now");
    act(() => office.close(4400));
    expect(await screen.findByText("This page is out of date")).toBeDefined();
    expect(screen.getByRole("button", { name: "Reload the page" })).toBeDefined();
  });
});
