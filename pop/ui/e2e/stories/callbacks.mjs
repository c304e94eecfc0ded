// A client whom nobody answered is called back by one agent, and only one.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

/** Lets the requests of all agents go only when the last one was made; tells how each was answered. */
async function atOnce(agents, path, act) {
  const all = [];
  const answers = agents.map(async ({ page }) => {
    let asked;
    all.push(new Promise((done) => (asked = done)));
    await page.route(path, async (route) => {
      asked();
      await Promise.all(all);
      await route.continue();
    });
    const answer = await page.waitForResponse((each) => each.url().includes(path.replace("**", "")));
    await page.unroute(path);
    return answer.status();
  });
  await act();
  return Promise.all(answers);
}

export default function callbacks(office) {
  it(
    "a callback that two claim at once belongs to one, and the other is told to whom",
    patience,
    async () => {
      const [anna, boris] = office.agents;
      await office.onlyReady("anna", "boris");
      const missed = await office.ring(lines.sales);
      for (const agent of office.agents) await agent.sees(missed.from, "ring");
      await missed.hangup();
      const owed = await until("a callback", async () => {
        const { items } = await anna.rest("GET", "/callbacks?state=open");
        return items.find((each) => each.client.number === missed.from);
      });

      const again = await office.ring(lines.sales, missed.from);
      const cards = office.agents.map((agent) =>
        agent.card(missed.from).and(agent.page.locator('[data-state="ring"]')),
      );
      const takes = cards.map((card) => card.getByRole("button", { name: "I take it" }));
      for (const take of takes) await take.waitFor();
      const got = await atOnce(office.agents, `**/callbacks/${owed.id}/claim`, () =>
        Promise.all(takes.map((take) => take.click())),
      );
      assert.deepEqual([...got].sort(), [200, 409]);
      const [winner, loser] = got[0] === 200 ? [0, 1] : [1, 0];
      await cards[winner].getByText("yours").waitFor();
      await cards[loser].getByText(`${office.agents[winner].title} takes care of it`).waitFor();
      assert.equal(await takes[loser].count(), 0);
      const { items } = await anna.rest("GET", "/callbacks?state=open");
      assert.equal(items.find((each) => each.id === owed.id).claimed_by, office.agents[winner].name);

      // An answered call closes what is owed, whoever answers.
      await office.lab.answer(boris.extension);
      await boris.sees(missed.from, "talk");
      await again.hangup();
      await until("nothing is owed", async () => {
        const { items: open } = await anna.rest("GET", "/callbacks?state=open");
        return open.every((each) => each.id !== owed.id);
      });
      for (const agent of office.agents) await agent.faultless();
    },
  );
}
