// WCAG 2.2 AA as far as axe can tell, in every state of which there is a picture, in both themes: light and wide, dark and narrow.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { launch, missingBrowser, open, patience } from "./browser.mjs";
import { fakeOffice } from "./fake.mjs";
import { areas, walk } from "./walk.mjs";

const skip = missingBrowser() || false;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds here, in words. */
async function inspect(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: axe });
  const violations = await page.evaluate(
    async (values) => (await window.axe.run({ runOnly: { type: "tag", values } })).violations,
    tags,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${where}: ${id}: ${target.join(" ")}: ${failureSummary}`),
  );
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

  for (const area of areas())
    for (const [theme, dark, width] of [
      ["light", false, 1280],
      ["dark", true, 360],
    ])
      it(`${area}, ${theme}, ${width} px`, patience, async () => {
        const page = await open(browser, { base: office.base, dark, width });
        const found = [];
        await walk(area, page, { dark, width }, async (name) => {
          found.push(...(await inspect(page, name)));
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          if (wide > width) found.push(`${name}: the page is ${wide} px wide in a window of ${width} px`);
        });
        assert.deepEqual(page.faults, []);
        assert.deepEqual(found, []);
        await page.context().close();
      });
});
