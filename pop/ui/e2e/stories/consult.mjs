// A word with a colleague before he gets the client: begun, completed, taken back, and not begun at all.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

const press = (card, action) => card.locator(`[data-action="${action}"]`).click();
const can = (card, action) => card.locator(`[data-action="${action}"]`).waitFor();

export default function consult(office) {
  const [anna, boris] = office.agents;

  /** Anna talks with a client; her phone sends sound, in time with which the PBX presses keys for her. */
  async function talk(line) {
    await office.lab.plug("1001", { told: true, audio: true });
    await office.onlyReady("anna");
    const call = await office.ring(line);
    await anna.sees(call.from, "ring");
    await office.lab.answer("1001");
    await anna.sees(call.from, "talk");
    return call;
  }

  async function ask(card) {
    await press(card, "transfer");
    await card.getByRole("searchbox", { name: "Transfer to" }).fill("1002");
    await card.getByRole("button", { name: /^Ask first: (1002|Борис Кузнецов)$/ }).click();
  }

  it("who was asked first gets the client, with the note, and sees from whom", patience, async () => {
    const call = await talk(lines.support);
    const card = anna.card(call.from);
    await card.getByRole("textbox", { name: "Note of this call" }).fill("Хочет скидку, asked for the boss");
    await ask(card);
    await office.lab.answer("1002");
    for (const tab of anna.tabs) await can(anna.card(call.from, tab), "complete_transfer");
    await press(card, "complete_transfer");
    await boris.sees(call.from, "talk");
    await anna.sees(call.from, "closed");
    for (const tab of boris.tabs) {
      const his = boris.card(call.from, tab);
      await his.getByText(`transferred by ${anna.title}`).waitFor();
      await his.getByText("Хочет скидку, asked for the boss").waitFor();
    }
    await call.hangup();
    await boris.sees(call.from, "closed");
    const record = await until("the end in the archive", async () => {
      const got = await office.record(call.from);
      return got?.ended && got;
    });
    assert.deepEqual(
      record.transfers.map(({ kind, result }) => [kind, result]),
      [["attended", "completed"]],
    );
    assert.deepEqual(
      record.talks.map((each) => each.user),
      ["anna", "boris"],
    );
    for (const agent of office.agents) await agent.faultless();
  });

  it("a consultation is taken back, and the client is on the line again", patience, async () => {
    const call = await talk(lines.support);
    const card = anna.card(call.from);
    await ask(card);
    await office.lab.answer("1002");
    await can(card, "cancel_transfer");
    await press(card, "cancel_transfer");
    await can(card, "transfer");
    await anna.sees(call.from, "talk");
    await until("Boris is free", async () => (await boris.rest("GET", "/me")).state.activity === "idle");
    await call.hangup();
    await anna.sees(call.from, "closed");
    const record = await until("the end in the archive", async () => {
      const got = await office.record(call.from);
      return got?.ended && got;
    });
    assert.deepEqual(
      record.talks.map((each) => each.user),
      ["anna"],
    );
    for (const agent of office.agents) await agent.faultless();
  });

  it("a consultation that the PBX does not begin is told on the card", patience, async () => {
    const call = await talk(lines.noTransfer);
    const card = anna.card(call.from);
    await ask(card);
    await card
      .getByRole("alert")
      .getByText(/took the transfer but did not begin it/)
      .waitFor();
    await anna.sees(call.from, "talk");
    await can(card, "hangup");
    await call.hangup();
    await anna.sees(call.from, "closed");
    anna.page.faults = anna.page.faults.filter((fault) => !/502/.test(fault));
    await anna.faultless();
  });
}
