// From a missed call to the client who was reached, by the list of callbacks.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

/** +79161110001 as the page writes it. */
const readable = (number) => number.replace(/^(\+7)(...)(...)(..)/, "$1 $2 $3 $4 ");

/** The duty of a client as the server has it, in whatever state. */
const dutyOf = async (agent, number) => {
  const { items } = await agent.rest("GET", "/callbacks?state=all");
  return items.find((each) => each.client.number === number);
};

export default function callbackList(office) {
  const [anna, boris] = office.agents;
  const row = ({ page }, id) => page.locator(`main [data-callback="${id}"]`);

  it(
    "a missed call is in both lists; of two who take it one is told of the other; a call that reaches the client ends it",
    patience,
    async () => {
      await office.onlyReady("anna", "boris");
      const missed = await office.ring(lines.sales);
      for (const agent of office.agents) await agent.sees(missed.from, "ring");
      await missed.hangup();
      const { id } = await until("a callback", () => dutyOf(anna, missed.from));
      await office.onlyReady();
      for (const agent of office.agents) {
        await agent.page.getByRole("link", { name: /Callbacks/ }).click();
        await row(agent, id).waitFor();
      }

      // Both requests are under way before either is answered.
      let waiting = 0;
      let go;
      const both = new Promise((done) => (go = done));
      for (const { page } of office.agents)
        await page.route(`**/callbacks/${id}/claim`, async (route) => {
          if (++waiting === 2) go();
          await both;
          await route.continue();
        });
      const answers = office.agents.map(({ page }) =>
        page.waitForResponse((each) => each.url().endsWith(`/callbacks/${id}/claim`)),
      );
      for (const agent of office.agents)
        await row(agent, id).getByRole("button", { name: "I take it" }).click();
      const got = (await Promise.all(answers)).map((each) => each.status());
      assert.deepEqual([...got].sort(), [200, 409]);
      const [winner, loser] = got[0] === 200 ? [anna, boris] : [boris, anna];
      await row(winner, id).getByText("yours until").waitFor();
      await row(loser, id).getByText(`${winner.title} takes care of it`).waitFor();
      const refusal = loser.page.getByRole("alert").filter({ hasText: readable(missed.from) });
      await refusal.getByText(`${winner.title} takes care of it`).waitFor();
      assert.equal(await row(loser, id).getByRole("button", { name: "I take it" }).count(), 0);

      await office.lab.plug("", { answer: true, ring: 300 }); // the telephone company
      await row(winner, id)
        .getByRole("button", { name: /^Call / })
        .click();
      await office.lab.answer(winner.extension);
      await winner.sees(missed.from, "talk");
      const asked = winner.page.getByRole("form", { name: "How did the call end?" }).first();
      await asked.getByRole("button", { name: "Reached" }).click();
      await asked.getByLabel("Note").fill("wants 20 chairs");
      await asked.getByRole("button", { name: "Save" }).click();
      for (const agent of office.agents) await row(agent, id).waitFor({ state: "detached" });
      const done = await dutyOf(anna, missed.from);
      assert.deepEqual([done.state, done.closed_by, done.closed_user], ["done", "reached", winner.name]);
      const told = done.attempts.map(({ agent, outcome, note }) => [agent, outcome, note]);
      assert.deepEqual(told, [[winner.name, "reached", "wants 20 chairs"]]);

      await winner.card(missed.from).locator('[data-action="hangup"]:visible').first().click();
      await winner.page.getByText("Called back", { exact: true }).click();
      await row(winner, id).getByText("wants 20 chairs").waitFor();
      for (const agent of office.agents) {
        await agent.page.unroute(`**/callbacks/${id}/claim`);
        agent.page.faults = agent.page.faults.filter((fault) => !/409/.test(fault));
        await agent.page.getByRole("link", { name: "Desk" }).click();
        await agent.faultless();
      }
    },
  );
}
