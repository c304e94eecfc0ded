import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderDesk } from "../test/render";
import { card } from "../test/sample";

it("the browser's tab names the page, a ring goes before it and gives the name back", async () => {
  const office = await renderDesk(undefined, true, "/settings");
  await waitFor(() => expect(document.title).toBe("Settings · callcard"));
  act(() => office.ring(card({ match: "internal", client_name: "Boris Kuznetsov" })));
  await waitFor(() => expect(document.title).toMatch(/^Ringing: Boris Kuznetsov/));
  act(() => office.change("main:10", { state: "accepted", call_state: "talking" }));
  await waitFor(() => expect(document.title).toBe("Settings · callcard"));
  await userEvent.setup().click(screen.getByRole("link", { name: "Desk" }));
  await waitFor(() => expect(document.title).toBe("callcard"));
});
