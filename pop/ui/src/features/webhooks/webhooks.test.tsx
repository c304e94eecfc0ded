import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderDesk } from "../../test/render";

const admin = (address = "/webhooks") =>
  renderDesk((office) => void Object.assign(office.user, { role: "admin" }), true, address);

const endpoint = async (name: RegExp) => {
  const url = await screen.findByText(name);
  const item = url.closest("li");
  if (!item) throw new Error(`${name} is in no list`);
  return within(item);
};

describe("webhooks", () => {
  it("are the administrator's alone", async () => {
    await renderDesk(() => {}, true, "/webhooks");
    await screen.findByText("This page is for supervisors");
    expect(screen.queryByRole("link", { name: "Webhooks" })).toBeNull();
  });

  it("say how each endpoint keeps up", async () => {
    await admin();
    expect((await endpoint(/crm\.example/)).getByText("keeps up")).toBeTruthy();
    const late = await endpoint(/warehouse\.example/);
    late.getByText(/3 wait, the oldest for 12/);
    late.getByText("2 not delivered");
    (await endpoint(/old\.example/)).getByText(/switched off: .*410/);
  });

  it("show a new endpoint's secret once", async () => {
    await admin();
    await userEvent.click(await screen.findByRole("button", { name: "New endpoint" }));
    await userEvent.type(screen.getByLabelText(/Address/), "https://shop.example.com/hook");
    await userEvent.click(screen.getByRole("button", { name: "Add" }));
    await screen.findByText(/^whsec_/);
    await userEvent.click(screen.getByRole("button", { name: "I have kept it" }));
    expect(screen.queryByText(/^whsec_/)).toBeNull();
    await endpoint(/shop\.example/);
  });

  it("say why an endpoint was refused", async () => {
    await admin();
    await userEvent.click(await screen.findByRole("button", { name: "New endpoint" }));
    await userEvent.type(screen.getByLabelText(/Address/), "http://shop.example.com");
    await userEvent.click(screen.getByRole("button", { name: "Add" }));
    await screen.findByText(/want https/);
  });

  it("list the messages, with what was posted and what came back", async () => {
    await admin();
    const late = await endpoint(/warehouse\.example/);
    await userEvent.click(late.getByRole("button", { name: "Messages" }));
    await late.findByText(/500 Internal Server Error/);
    await userEvent.click(late.getByText("Not delivered"));
    await waitFor(() => expect(late.queryByText(/500 Internal/)).toBeNull());
    await userEvent.click(await late.findByRole("button", { name: /call.ended/ }));
    await late.findByText(/"contact_id": "c-1"/);
    await userEvent.click(late.getByRole("button", { name: "Send again" }));
  });
});
