// What an agent does with cards while other calls come and go.
import assert from "node:assert/strict";
import { it } from "node:test";
import { patience } from "../browser.mjs";
import { until } from "../daemon.mjs";
import { lines } from "../lab.mjs";

export default function cards(office) {
  const [anna, boris] = office.agents;

  async function talk(from) {
    await office.onlyReady("anna");
    const call = await office.ring(lines.support, from);
    await anna.sees(call.from, "ring");
    await office.lab.answer("1001");
    await anna.sees(call.from, "talk");
    return call;
  }

  it(
    "a second call comes beside the first: neither the focus nor a half-typed word is touched",
    patience,
    async () => {
      const first = await talk();
      const card = anna.card(first.from);
      await card.getByRole("button", { name: "New contact" }).click();
      const name = card.getByRole("textbox", { name: "Name" });
      await name.fill("Ольга Полу");
      const second = await office.ring(lines.direct);
      await anna.sees(second.from, "ring");
      await anna.page.keyboard.type("бояринова"); // the focus is where it was
      assert.equal(await name.inputValue(), "Ольга Полубояринова");
      const [top] = await anna.page.locator("article[data-call]").all();
      assert.equal(
        await top.getAttribute("data-call"),
        await anna.card(second.from).getAttribute("data-call"),
      );
      await anna.sees(first.from, "talk");
      await second.over(); // nobody takes it
      await anna.sees(first.from, "talk");
      assert.equal(await name.inputValue(), "Ольга Полубояринова");
      await card.getByRole("button", { name: "Cancel" }).click();
      await first.hangup();
      await anna.faultless();
    },
  );

  it(
    "one of three is chosen, in all tabs and in the archive, and the choice can be changed",
    patience,
    async () => {
      const from = office.client();
      const names = ["Пётр Безухов", "Наташа Ростова", "Andrew Bolkonsky"];
      for (const name of names) await office.admin("POST", "/contacts", { name, phones: [from] });
      const call = await talk(from);
      const card = anna.card(from);
      for (const name of names) await card.getByRole("button", { name: `Choose ${name}` }).waitFor();
      const choose = async (name) => {
        await card.getByRole("button", { name: `Choose ${name}` }).click();
        await until(`${name} is linked`, async () => (await office.record(from)).contact_name === name);
        for (const tab of anna.tabs)
          await anna.card(from, tab).getByRole("button", { name: "Change" }).waitFor();
      };
      await choose("Наташа Ростова");
      await card.getByRole("button", { name: "Change" }).click();
      await choose("Andrew Bolkonsky");
      await call.hangup();
      await anna.sees(from, "closed");
      assert.equal((await office.record(from)).contact_name, "Andrew Bolkonsky");
      await anna.faultless();
    },
  );

  it("a contact created in the middle of a ring makes every open card single", patience, async () => {
    await office.onlyReady("anna", "boris");
    const call = await office.ring(lines.sales);
    for (const agent of office.agents) await agent.sees(call.from, "ring");
    const card = anna.card(call.from);
    await card.getByRole("button", { name: "New contact" }).click();
    const form = card.getByRole("form", { name: "New contact" });
    assert.equal(await form.getByLabel("Number").inputValue(), call.from);
    await form.getByLabel("Name").fill("Фёдор Карамазов");
    await form.getByRole("button", { name: "Save contact" }).click();
    for (const agent of office.agents)
      for (const tab of agent.tabs)
        await agent.card(call.from, tab).getByText("Фёдор Карамазов").first().waitFor();
    await office.lab.answer("1002");
    await boris.sees(call.from, "talk");
    await call.hangup();
    await boris.sees(call.from, "closed");
    await until(
      "the call is his",
      async () => (await office.record(call.from)).contact_name === "Фёдор Карамазов",
    );
    for (const agent of office.agents) await agent.faultless();
  });
}
