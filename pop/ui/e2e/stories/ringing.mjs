// Who is called, sees and hears it once; who is not needed any more is told why.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

const sounding = () => window.sounding;
const notices = () => window.notices.filter((each) => each.open).length;

async function wantNotices({ page }) {
  await page.getByRole("button", { name: "Settings" }).click();
  const choice = page.getByRole("menuitemcheckbox", { name: "Desktop notifications" });
  if ((await choice.getAttribute("aria-checked")) !== "true") await choice.click();
  await page.keyboard.press("Escape");
}

/** Every tab of an agent believes that nobody sees it, or that somebody does. */
const hide = ({ tabs }, hidden) =>
  Promise.all(tabs.map((tab) => tab.evaluate((value) => window.hide(value), hidden)));

export default function ringing(office) {
  const [anna, boris] = office.agents;

  it(
    "a ring-all pops for both, once per agent, and is withdrawn from one with the reason",
    patience,
    async () => {
      await office.onlyReady("anna", "boris");
      await until(
        "one websocket of each agent for all his tabs",
        async () => (await office.metric("callcard_push_connections")) === 2,
      );
      await wantNotices(boris);
      await hide(boris, true);
      const call = await office.ring(lines.sales);
      await anna.sees(call.from, "ring");
      for (const agent of office.agents)
        await until(`${agent.name} hears it in one tab`, async () => (await agent.sum(sounding)) === 1);
      await until("Boris is notified", async () => (await boris.sum(notices)) === 1);
      for (const tab of boris.tabs) {
        await until("the title says it", async () => /^Ringing/.test(await tab.title()));
        assert.equal(
          await tab.locator('article[data-state="ring"]').count(),
          0,
          "nothing is drawn for nobody",
        );
      }
      assert.equal(await anna.sum(notices), 0, "Anna looks at the page");
      assert.equal(await anna.sum(sounding), 1);

      await hide(boris, false);
      await boris.sees(call.from, "ring");
      for (const { tabs } of office.agents)
        for (const tab of tabs) assert.equal(await tab.locator('article[data-state="ring"]').count(), 1);

      await office.lab.answer("1002");
      await boris.sees(call.from, "talk");
      for (const tab of anna.tabs) {
        const card = anna.card(call.from, tab);
        await card.getByText(boris.title).first().waitFor();
        assert.match(await card.getAttribute("data-state"), /closed|folded/);
      }
      for (const agent of office.agents)
        await until(`${agent.name} hears nothing`, async () => (await agent.sum(sounding)) === 0);
      await until("the notification goes with the ring", async () => (await boris.sum(notices)) === 0);
      await call.hangup();
      await boris.sees(call.from, "closed");
      for (const agent of office.agents) await agent.faultless();
    },
  );

  it("who gives up leaves no ring behind, and one callback", patience, async () => {
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    await anna.sees(call.from, "ring");
    await call.hangup();
    for (const tab of anna.tabs)
      await anna
        .card(call.from, tab)
        .and(tab.locator(':is([data-state="closed"],[data-state="folded"])'))
        .waitFor();
    await until("silence", async () => (await anna.sum(sounding)) === 0);
    const owed = await until("a callback", async () => {
      const { items } = await anna.rest("GET", "/callbacks?state=open");
      return items.find((each) => each.client.number === call.from);
    });
    assert.equal(owed.missed, 1);
  });

  it("a reload in the middle of a call restores its card in the same state", patience, async () => {
    await office.onlyReady("boris");
    const from = office.client();
    await office.admin("POST", "/contacts", { name: "Софья Мармеладова", phones: [from] });
    const call = await office.ring(lines.support, from);
    await boris.sees(call.from, "ring");
    await office.lab.answer("1002");
    await boris.sees(call.from, "talk");
    const id = await boris.card(call.from).getAttribute("data-call");
    await boris.page.reload();
    await boris.sees(call.from, "talk");
    assert.equal(await boris.card(call.from).getAttribute("data-call"), id);
    await boris.card(call.from).getByText("Софья Мармеладова").first().waitFor();
    await call.hangup();
    await boris.sees(call.from, "closed");
    await boris.faultless();
  });
}
