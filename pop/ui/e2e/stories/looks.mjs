// The same desk in Russian, dark and 360 px wide, with a call on it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { open, patience } from "../browser.mjs";
import { lines } from "../lab.mjs";

export default function looks(office) {
  const [anna] = office.agents;

  it("a narrow dark Russian window beside the CRM shows the ring as well", patience, async () => {
    const page = await open(office.browser, {
      base: anna.wire.base,
      width: 360,
      height: 740,
      dark: true,
      language: "ru-RU",
    });
    await page.context().addCookies(await anna.page.context().cookies());
    await page.goto("/");
    await page.locator("#cards").waitFor();
    await office.onlyReady("anna");
    const call = await office.ring(lines.support);
    const card = anna.card(call.from, page);
    await card.getByText("Звонит", { exact: true }).waitFor();
    const [language, scheme, width] = await page.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.dataset.mantineColorScheme,
      document.documentElement.scrollWidth,
    ]);
    assert.deepEqual([language, scheme, width], ["ru", "dark", 360]);
    await office.lab.answer("1001");
    await card.getByText("Разговор", { exact: true }).waitFor();
    await call.hangup();
    await card.and(page.locator('[data-state="closed"]')).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
