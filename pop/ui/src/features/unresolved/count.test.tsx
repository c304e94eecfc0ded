import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { renderDesk } from "../../test/render";

const place = () => screen.getByRole("link", { name: "Unsorted" }).getAttribute("data-count");

it("calls to sort are counted beside their page, one less when one was sorted", async () => {
  await renderDesk(undefined, true, "/unresolved");
  await waitFor(() => expect(place()).toBe("3"));
  const main = within(screen.getByRole("main"));
  await userEvent
    .setup()
    .click((await main.findAllByRole("button", { name: /Not a client/ }))[0] as HTMLElement);
  await waitFor(() => expect(place()).toBe("2"));
});
