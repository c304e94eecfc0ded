import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakeOffice } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";
import { record } from "../../test/sample";

const address = "/calls/main%3A1";
const recorded = (office: FakeOffice) => void office.calls.unshift({ ...record(), call_id: "main:1" });

describe("a call's recordings", () => {
  it("are kept from removal by a supervisor who says why, and given free again", async () => {
    const user = userEvent.setup();
    const office = await renderDesk(
      (office) => {
        recorded(office);
        Object.assign(office.user, { role: "supervisor" });
      },
      true,
      address,
    );
    await user.click(await screen.findByRole("button", { name: "Keep from removal" }));
    await user.type(screen.getByLabelText("Why it is kept"), " complaint 17 ");
    await user.click(screen.getByRole("button", { name: "Keep" }));
    await screen.findByText("Kept from removal by Anna Smirnova: complaint 17");
    expect(office.calls[0]?.recordings[0]?.hold).toMatchObject({ by: "anna", reason: "complaint 17" });
    await user.click(screen.getByRole("button", { name: "No longer keep" }));
    await screen.findByRole("button", { name: "Keep from removal" });
    expect(office.calls[0]?.recordings[0]?.hold).toBeUndefined();
  });

  it("are no agent's to keep, but he sees who does", async () => {
    await renderDesk(
      (office) => {
        recorded(office);
        const [first] = office.calls[0]?.recordings ?? [];
        if (first) first.hold = { by: "vera", reason: "a trial", at: "2026-08-05T09:00:00Z" };
      },
      true,
      address,
    );
    await screen.findByText("Kept from removal by vera: a trial");
    expect(screen.queryByRole("button", { name: /keep/i })).toBeNull();
  });
});
