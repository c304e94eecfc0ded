import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderDesk } from "../../test/render";

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
