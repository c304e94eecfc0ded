// Twenty seconds without the daemon, while calls go on: the page says so and catches up.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

const banner = (tab) =>
  tab
    .getByRole("alert")
    .filter({ hasText: /^(No connection to callcard|This computer has no network)/ })
    .first();

export default function network(office) {
  const [anna, boris] = office.agents;

  it("20 s without a network: a banner counts down, and nothing is lost after it", patience, async () => {
    await office.onlyReady("boris");
    const kept = await office.ring(lines.support);
    await boris.sees(kept.from, "ring");
    await office.lab.answer("1002");
    await boris.sees(kept.from, "talk");
    const card = boris.card(kept.from);
    await card.getByRole("button", { name: "New contact" }).click();
    const name = card.getByRole("textbox", { name: "Name" });
    await name.fill("Before the c");

    // Both cables are cut; Anna's system knows it and says that it is offline.
    const began = Date.now();
    for (const { wire } of office.agents) wire.cut();
    await anna.page.context().setOffline(true); // a shared worker is not told: without the cut it would come back
    for (const { tabs } of [anna, boris])
      for (const tab of tabs) {
        await banner(tab).waitFor();
        await tab
          .getByText(/Next try in \d+ s|Connecting/)
          .first()
          .waitFor();
      }
    await name.pressSequentially("ut");
    const missed = await office.ring(lines.direct); // rings Anna's phone, not her page
    await office.lab.answer("1001");
    await kept.hangup();
    await new Promise((wait) => setTimeout(wait, Math.max(0, 20_000 - (Date.now() - began))));
    assert.equal(
      await boris.card(kept.from).getAttribute("data-state"),
      "talk",
      "what is not known is not guessed",
    );
    for (const { wire } of office.agents) wire.mend();
    await anna.page.context().setOffline(false);

    // The pause before the next try has grown to half a minute at most.
    for (const tab of [...anna.tabs, ...boris.tabs])
      await banner(tab).waitFor({ state: "detached", timeout: 240_000 });
    await anna.sees(missed.from, "talk");
    await boris.sees(kept.from, "closed");
    assert.equal(await name.inputValue(), "Before the cut");
    await missed.hangup();
    await anna.sees(missed.from, "closed");
    for (const agent of office.agents) await agent.faultless();
  });

  it(
    "a network that dies without a word is noticed: the banner counts down, and nothing is lost after it",
    patience,
    async () => {
      await office.onlyReady("anna");
      anna.wire.freeze();
      const call = await office.ring(lines.support); // rings Anna's phone, not her page
      await office.lab.answer("1001");
      for (const tab of anna.tabs) {
        await banner(tab).waitFor();
        await tab
          .getByText(/Next try in \d+ s|Connecting/)
          .first()
          .waitFor();
      }
      await until("the supervisor sees that she is out of reach", async () => {
        const { items } = await office.admin("GET", "/agents");
        return items.find((each) => each.agent === "anna").unreachable;
      });
      anna.wire.thaw();
      for (const tab of anna.tabs) await banner(tab).waitFor({ state: "detached", timeout: 240_000 });
      await anna.sees(call.from, "talk");
      await until("she is back", async () => !(await anna.rest("GET", "/me")).state.unreachable);
      await call.hangup();
      await anna.sees(call.from, "closed");
      await anna.faultless();
    },
  );

  it("a page whose script is frozen is out of reach, though its browser answers", patience, async () => {
    // A page with a dialog in front does nothing until somebody answers it; its worker and its browser go on.
    const freeze = async (tab) => {
      const shown = tab.waitForEvent("dialog");
      await tab.evaluate(() => void setTimeout(() => alert("Has the printer paper?")));
      return shown;
    };
    const unreachable = async () => (await anna.rest("GET", "/me")).state.unreachable;
    assert.ok(!(await unreachable()));
    const dialogs = await Promise.all(anna.tabs.map(freeze));
    const began = Date.now();
    await until("she is out of reach", unreachable, 240);
    const gone = Date.now();
    for (const dialog of dialogs) await dialog.dismiss();
    await until("she is back", async () => !(await unreachable()), 240);
    console.log(`a frozen page: out of reach after ${gone - began} ms, back after ${Date.now() - gone} ms`);
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    await anna.sees(call.from, "ring");
    await call.hangup();
    await anna.faultless();
  });
}
