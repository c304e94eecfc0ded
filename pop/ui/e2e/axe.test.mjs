// WCAG 2.2 AA as far as axe can tell, on every page and open panel, in both themes.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open } from "./browser.mjs";
import { fakeOffice, login } from "./fake.mjs";

const skip = missingBrowser() || false;
const patience = { timeout: 180_000 };
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Notes what axe finds here; a test fails with all that it found. */
async function inspect(page, where, found) {
  await page.waitForTimeout(350); // colours are judged when nothing fades any more
  await page.addScriptTag({ path: axe });
  const violations = await page.evaluate(
    async (values) => (await window.axe.run({ runOnly: { type: "tag", values } })).violations,
    tags,
  );
  for (const { id, nodes } of violations)
    for (const { target, failureSummary } of nodes)
      found.push(`${where}: ${id}: ${target.join(" ")}: ${failureSummary}`);
}

describe("accessibility", { skip, concurrency: false }, () => {
  let office;
  let browser;

  before(async () => {
    office = await fakeOffice();
    browser = await launch();
  }, patience);

  after(async () => {
    await browser?.close();
    await office?.server.close();
  });

  for (const [theme, dark, width] of [
    ["light", false, 1440],
    ["dark", true, 1440],
    ["light", false, 360],
    ["dark", true, 360],
  ]) {
    const enter = async () => {
      await office.play("reset");
      return open(browser, { base: office.base, dark, width });
    };

    it(`login page, ${theme}, ${width} px`, patience, async () => {
      const page = await enter();
      const found = [];
      await page.goto("/");
      await page.locator("button[type=submit]").waitFor();
      await inspect(page, "login", found);
      await page.locator("input[autocomplete=username]").fill("anna");
      await page.locator("input[autocomplete=current-password]").fill("wrong");
      await page.locator("button[type=submit]").click();
      await page.getByRole("alert").waitFor();
      await inspect(page, "login refused", found);
      assert.deepEqual(found, []);
      await page.context().close();
    });

    it(`desk, ${theme}, ${width} px`, patience, async () => {
      const page = await enter();
      const found = [];
      await login(page);
      await inspect(page, "no cards", found);
      for (const scene of [
        "single",
        "answer",
        "pending",
        "failed",
        "unknown",
        "maybe",
        "multiple",
        "internal",
      ])
        await office.play(scene);
      await office.play("anonymous");
      await page.locator('[data-call="main:17"]').waitFor();
      await inspect(page, "cards of every kind", found);
      await office.play("withdraw");
      await office.play("end");
      await office.play("pausedElsewhere");
      await page.getByRole("tab", { name: "Calls" }).click();
      await page.locator("aside li").first().waitFor();
      await inspect(page, "closed cards and calls", found);
      await page.locator("aside").getByRole("button", { name: /^Why/ }).first().click();
      await page.locator("[data-rule]").first().waitFor();
      await inspect(page, "why", found);
      await page.keyboard.press("Escape");
      for (const menu of [/^Change state/, "Settings"]) {
        await page.getByRole("button", { name: menu }).click();
        await page.getByRole("menu").waitFor();
        await inspect(page, `menu ${menu}`, found);
        await page.keyboard.press("Escape");
      }
      await page.evaluate(() => dispatchEvent(new Event("offline")));
      await inspect(page, "no network", found);
      assert.deepEqual(page.faults, []);
      assert.deepEqual(found, []);
      await page.context().close();
    });
  }
});
