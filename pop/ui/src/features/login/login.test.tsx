import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../test/fakeServer";
import { renderDesk } from "../../test/render";

async function tryToLogIn(password: string, answer?: Answer) {
  const office = await renderDesk((each) => {
    if (answer) each.answers.set("/login", answer);
  }, false);
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("User name"), " anna ");
  await user.type(screen.getByLabelText("Password"), password);
  await user.click(screen.getByRole("button", { name: "Log in" }));
  return { office, user };
}

describe("the login", () => {
  it("opens the desk, and forgives spaces around the name", async () => {
    await tryToLogIn("secret");
    expect(await screen.findByText("No calls now")).toBeDefined();
  });

  it.each([
    ["wrong password", undefined, "Wrong user name or password", "Check the keyboard layout and Caps Lock."],
    [
      "too many tries",
      { status: 429, headers: { "Retry-After": "30" } },
      "Too many attempts",
      "Try again in 30 seconds.",
    ],
    ["too many tries, no time given", { status: 429 }, "Too many attempts", "Wait a minute, then try again."],
    ["a broken server", { status: 500 }, "callcard could not log you in", "an error on the server"],
  ])("%s", async (_name, answer, title, hint) => {
    await tryToLogIn("wrong", answer);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(title);
    expect(alert.textContent).toContain(hint);
  });

  it("says what is missing", async () => {
    const { user } = await tryToLogIn("secret", { status: 401 });
    await user.clear(screen.getByLabelText("Password"));
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByText("Fill this in")).toBeDefined();
  });

  it("comes back when the session was ended elsewhere", async () => {
    const { office } = await tryToLogIn("secret");
    await screen.findByText("No calls now");
    office.close(4409);
    expect(await screen.findByText("You were logged out, here or in another window.")).toBeDefined();
  });
});
