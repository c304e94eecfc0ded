// What an agent writes and does in a call: notes, result, control of the phone, transfer, click-to-call.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

/** Presses a button of the card's call control. */
const press = (card, action) => card.locator(`[data-action="${action}"]`).click();

const noteOf = (card) => card.getByRole("textbox", { name: "Note of this call" });

export default function work(office) {
  const [anna, boris] = office.agents;

  it(
    "a note is there after a reload in the middle of a word, in the other tab, and in the archive",
    patience,
    async () => {
      await office.onlyReady("anna");
      const call = await office.ring(lines.support);
      await anna.sees(call.from, "ring");
      await office.lab.answer("1001");
      await anna.sees(call.from, "talk");
      const note = noteOf(anna.card(call.from));
      await note.pressSequentially("Ждёт доставку в четверг, after 14:00, зв");
      await anna.page.reload(); // at once: nothing waits for a pause in typing
      await anna.sees(call.from, "talk");
      for (const tab of anna.tabs)
        await until(
          "the note",
          async () =>
            (await noteOf(anna.card(call.from, tab)).inputValue()) ===
            "Ждёт доставку в четверг, after 14:00, зв",
        );
      await note.pressSequentially("онить сыну");
      await until("the whole note in the other tab", async () =>
        /звонить сыну$/.test(await noteOf(anna.card(call.from, anna.tabs[1])).inputValue()),
      );
      const card = anna.card(call.from);
      await card.getByRole("group", { name: "Result" }).getByRole("button", { name: "Order" }).click();
      for (const reason of ["Delivery", "Payment"])
        await card
          .getByRole("group", { name: "Reasons of the call" })
          .getByRole("button", { name: reason })
          .click();
      await call.hangup();
      await anna.sees(call.from, "closed");
      const record = await until("note and result in the archive", async () => {
        const got = await office.record(call.from);
        return got.result?.reasons?.length === 2 && got;
      });
      assert.equal(record.notes[0].text, "Ждёт доставку в четверг, after 14:00, звонить сыну");
      assert.equal(record.notes[0].agent, "anna");
      assert.deepEqual(
        [record.result.result, [...record.result.reasons].sort()],
        ["order", ["delivery", "payment"]],
      );
      await anna.faultless();
    },
  );

  it("the card answers, holds, resumes and hangs up", patience, async () => {
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    await anna.sees(call.from, "ring");
    await press(anna.card(call.from), "answer");
    await anna.sees(call.from, "talk");
    await press(anna.card(call.from), "hold");
    await anna.sees(call.from, "hold");
    await press(anna.card(call.from), "resume");
    await anna.sees(call.from, "talk");
    await press(anna.card(call.from), "hangup");
    await anna.sees(call.from, "closed");
    await call.over();
    await anna.faultless();
  });

  it("a transfer carries the note, and says who handed the call over", patience, async () => {
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    await anna.sees(call.from, "ring");
    await office.lab.answer("1001");
    await anna.sees(call.from, "talk");
    const card = anna.card(call.from);
    await noteOf(card).fill("Спрашивает о возврате, has order 4711");
    await press(card, "transfer");
    await card.getByRole("searchbox", { name: "Transfer to" }).fill("1002");
    await card.getByRole("button", { name: /^Transfer to (1002|Борис Кузнецов) now$/ }).click();
    await boris.sees(call.from, "ring");
    await boris.card(call.from).getByText(`transferred by ${anna.title}`).waitFor();
    await office.lab.answer("1002");
    await boris.sees(call.from, "talk");
    await boris.card(call.from).getByText("Спрашивает о возврате, has order 4711").waitFor();
    await until(
      "one conversation of two agents",
      async () => (await office.record(call.from)).talks?.length === 2,
    );
    await call.hangup();
    await boris.sees(call.from, "closed");
    for (const agent of office.agents) await agent.faultless();
  });

  it("a number is called from the page: the agent's phone first, then the client", patience, async () => {
    await office.onlyReady();
    await office.lab.plug("", { answer: true, ring: 300 }); // the telephone company
    const client = office.client();
    await anna.page.getByRole("button", { name: "Call a number" }).click();
    await anna.page.getByRole("textbox", { name: "Name or number" }).fill(client);
    await anna.page.getByRole("button", { name: "Call", exact: true }).click();
    await office.lab.answer("1001");
    await anna.sees(client, "talk");
    await press(anna.card(client), "hangup");
    await anna.sees(client, "closed");
    const record = await until("the call in the archive", async () => {
      const got = await office.record(client);
      return got?.ended && got;
    });
    assert.deepEqual([record.direction, record.outcome], ["outbound", "answered"]);
    await anna.faultless();
  });
}
