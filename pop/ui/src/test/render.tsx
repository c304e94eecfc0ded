import { createMemoryHistory } from "@tanstack/react-router";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { afterEach } from "vitest";
import { startI18n } from "../app/i18n";
import { preload } from "../app/preload";
import { Root } from "../app/Root";
import { Desk } from "../core/desk";
import { alone } from "../core/ways";
import { aroundOffice, FakeOffice, fakeFetch } from "./fakeServer";

afterEach(() => cleanup());

/** The whole page against a fake office, logged in unless said otherwise. */
export async function renderDesk(
  prepare: (office: FakeOffice) => void = () => {},
  loggedIn = true,
  address = "/",
): Promise<FakeOffice> {
  const office = new FakeOffice();
  office.loggedIn = loggedIn;
  prepare(office);
  const desk = new Desk({
    fetch: fakeFetch(office),
    ways: [alone(aroundOffice(office))],
    now: () => Date.now(),
    random: () => 0.5,
  });
  await preload();
  const i18n = await startI18n("en");
  render(
    <Root desk={desk} i18n={i18n} env="test" history={createMemoryHistory({ initialEntries: [address] })} />,
  );
  await desk.open();
  await act(preload); // menus take the places of their buttons
  return office;
}

/** The newest card with all that it shows: its head is painted first. */
export async function wholeCard(): Promise<HTMLElement> {
  const [card] = await screen.findAllByRole("article");
  if (!card) throw new Error("no card");
  await waitFor(() => {
    if (card.getAttribute("aria-busy") === "true") throw new Error("the card has only its head yet");
  });
  return card;
}
