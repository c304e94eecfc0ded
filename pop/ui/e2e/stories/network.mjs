// Twenty seconds without the daemon, while calls go on: the page says so and catches up.
import assert from "node:assert/strict";
import { it } from "node:test";
import { lines } from "../lab.mjs";

const lost = /No connection|No network|connection|network/i;

export default function network(office) {
  const [anna, boris] = office.agents;

  it("20 s without a network: a banner counts down, and nothing is lost after it", {
    timeout: 180_000,
  }, async () => {
    await office.onlyReady("boris");
    const kept = await office.ring(lines.support);
    await boris.sees(kept.from, "ring");
    await office.lab.answer("1002");
    await boris.sees(kept.from, "talk");
    const card = boris.card(kept.from);
    await card.getByRole("button", { name: "New contact" }).click();
    const name = card.getByRole("textbox", { name: "Name" });
    await name.fill("Before the c");

    // Anna's system says that it is offline; Boris's cable is cut and nobody says a word.
    const began = Date.now();
    await anna.page.context().setOffline(true);
    boris.wire.cut();
    for (const { tabs } of [anna, boris])
      for (const tab of tabs) {
        await tab.getByRole("alert").filter({ hasText: lost }).waitFor();
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
    await anna.page.context().setOffline(false);
    boris.wire.mend();

    await anna.sees(missed.from, "talk");
    await boris.sees(kept.from, "closed");
    for (const { tabs } of [anna, boris])
      for (const tab of tabs)
        await tab.getByRole("alert").filter({ hasText: lost }).waitFor({ state: "detached" });
    assert.equal(await name.inputValue(), "Before the cut");
    await missed.hangup();
    await anna.sees(missed.from, "closed");
    for (const tab of [...anna.tabs, ...boris.tabs])
      tab.faults = tab.faults.filter((fault) => !/WebSocket connection|ERR_/.test(fault)); // Chromium says it too
    for (const agent of office.agents) await agent.faultless();
  });
}
