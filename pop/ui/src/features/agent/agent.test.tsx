import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderDesk } from "../../test/render";
import { minutesAgo } from "../../test/sample";

const menu = async (user: ReturnType<typeof userEvent.setup>) =>
  user.click(await screen.findByRole("button", { name: /^Change state/ }));

describe("my own state", () => {
  it("goes not ready with a known reason", async () => {
    const office = await renderDesk();
    const user = userEvent.setup();
    await menu(user);
    await user.click(await screen.findByRole("menuitem", { name: "Lunch" }));
    expect(await screen.findByRole("button", { name: "Change state: Not ready · Lunch" })).toBeDefined();
    expect(office.self).toMatchObject({ mode: "not_ready", reason: "lunch" });
  });

  it("takes a reason in words", async () => {
    const office = await renderDesk();
    const user = userEvent.setup();
    await menu(user);
    await user.click(await screen.findByRole("menuitem", { name: "Another reason…" }));
    await user.type(await screen.findByLabelText(/Another reason/), "dentist");
    await user.click(screen.getByRole("button", { name: "Set" }));
    expect(await screen.findByRole("button", { name: "Change state: Not ready · dentist" })).toBeDefined();
    expect(office.self.reason).toBe("dentist");
  });

  it("tells who set it and that the PBX has not confirmed", async () => {
    const office = await renderDesk();
    await screen.findByText("No calls now");
    act(() =>
      office.setSelf({
        mode: "not_ready",
        reason: "lunch",
        set_by: "pbx",
        pending: "the PBX has not confirmed yet",
      }),
    );
    expect(await screen.findByText("set on the phone system")).toBeDefined();
    expect(screen.getByText(/The phone system has not confirmed it yet/)).toBeDefined();
    act(() => office.setSelf({ pending: "permission denied" }));
    expect(await screen.findByText("The phone system did not carry it out: permission denied")).toBeDefined();
    act(() => office.setSelf({ set_by: "boris", pending: "", block: "rona" }));
    expect(await screen.findByText("set by Boris Kuznetsov")).toBeDefined();
    expect(screen.getByText("No calls reach you: you did not answer")).toBeDefined();
  });

  it.each([
    [503, "The phone system did not carry it out. callcard keeps your wish and tries again."],
    [500, "Your state was not changed: an error on the server"],
  ])("tells when a change failed (%i)", async (status, text) => {
    const office = await renderDesk();
    const user = userEvent.setup();
    await menu(user);
    office.answers.set("/me/mode", { status });
    await user.click(await screen.findByRole("menuitem", { name: "Offline" }));
    expect(await screen.findByText(text)).toBeDefined();
  });

  it("has nothing to set for a user without a phone", async () => {
    await renderDesk((office) => Object.assign(office.user, { interface: "", role: "supervisor" }));
    await screen.findByText("No calls now");
    expect(screen.queryByRole("button", { name: /^Change state/ })).toBeNull();
  });
});

describe("the next state", () => {
  it("is chosen during a call, shown, and taken back", async () => {
    const office = await renderDesk((o) => Object.assign(o.self, { activity: "talking" }));
    const user = userEvent.setup();
    await menu(user);
    await user.click(await screen.findByRole("menuitem", { name: "Lunch" }));
    expect(await screen.findByText("then Not ready · Lunch")).toBeDefined();
    expect(office.self.mode).toBe("ready");
    await user.click(screen.getByRole("button", { name: /take back “Not ready · Lunch”/ }));
    await waitFor(() => expect(screen.queryByText("then Not ready · Lunch")).toBeNull());
    expect(office.self.next).toBeUndefined();
  });

  it("may begin at once, when the agent says so", async () => {
    const office = await renderDesk((o) => Object.assign(o.self, { activity: "talking" }));
    const user = userEvent.setup();
    await menu(user);
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Only after this call" }));
    await user.click(await screen.findByRole("menuitem", { name: "Lunch" }));
    await waitFor(() => expect(office.self).toMatchObject({ mode: "not_ready", reason: "lunch" }));
  });
});

describe("a block after missed calls", () => {
  it("says how many and since when, and is cleared by the agent", async () => {
    const office = await renderDesk((o) =>
      Object.assign(o.self, { block: "rona", block_since: minutesAgo(3), missed_offers: 3 }),
    );
    const user = userEvent.setup();
    expect(await screen.findByText(/you did not answer · 3 missed calls in a row · since/)).toBeDefined();
    await user.click(screen.getByRole("button", { name: "I am back" }));
    await waitFor(() => expect(screen.queryByText(/you did not answer/)).toBeNull());
    expect(office.self.block).toBe("");
  });
});

describe("after-call work", () => {
  const until = () => new Date(Date.now() + 30_000).toISOString();

  it("counts down, is extended as often as allowed, and ends", async () => {
    const office = await renderDesk();
    await screen.findByText("No calls now");
    act(() =>
      office.setSelf({ activity: "acw", acw: { call_id: "main:gone", until: until(), extends_left: 1 } }),
    );
    const user = userEvent.setup();
    const strip = await screen.findByRole("region", { name: "After-call work" });
    expect(within(strip).getByRole("timer").textContent).toMatch(/^0:(30|2\d)$/);
    await user.click(await within(strip).findByRole("button", { name: "+60 s (1 left)" }));
    await waitFor(() => expect(within(strip).queryByRole("button", { name: /^\+60/ })).toBeNull());
    await user.click(within(strip).getByRole("button", { name: "Finish" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: "After-call work" })).toBeNull());
    expect(office.self.activity).toBe("idle");
  });
});
