// Pictures of the page against the fake office: each file of screens/ walks through its area, in both
// languages and themes, narrow and wide. `npm run screenshots -- [folder] [area…]`; the folder is
// test-results/screens by default, and all areas are walked when none is named. A whole run also
// renews the pictures of the README.
import { copyFileSync, mkdirSync } from "node:fs";
import { launch, open } from "./browser.mjs";
import { fakeOffice } from "./fake.mjs";
import { areas, walk } from "./walk.mjs";

const [folder = "test-results/screens", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const variants = [
  { name: "1280-light-en", width: 1280, height: 900, dark: false, language: "en-GB" },
  { name: "1280-dark-ru", width: 1280, height: 900, dark: true, language: "ru-RU" },
  { name: "360-light-ru", width: 360, height: 780, dark: false, language: "ru-RU" },
  { name: "360-dark-en", width: 360, height: 780, dark: true, language: "en-GB" },
  { name: "2560-light-ru", width: 2560, height: 1440, dark: false, language: "ru-RU" },
  { name: "3840-dark-en", width: 3840, height: 2160, dark: true, language: "en-GB" },
  { name: "400-dark-ru", width: 400, height: 860, dark: true, language: "ru-RU" },
];

/** The few that the README shows, by the names that they have there. */
const shown = {
  "talk.png": "1280-light-en-21-talk.png",
  "contact.png": "1280-dark-ru-25-contact.png",
};

/** One moment for the office and the page: a picture changes only when the page does. */
const moment = Date.parse("2026-03-02T10:05:00+03:00");
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [moment]));
  }
  static now() {
    return moment;
  }
};

async function photograph(area, variant) {
  const page = await open(browser, { ...variant, base });
  await page.clock.setFixedTime(moment);
  const shoot = (name) => page.screenshot({ path: `${folder}/${variant.name}-${name}.png`, fullPage: true });
  await walk(area, page, variant, shoot).catch((error) => page.faults.push(String(error)));
  await page.context().close();
  return page.faults.map((fault) => `${area}, ${variant.name}: ${fault}`);
}

const { server, base } = await fakeOffice(moment);
const browser = await launch();
const faults = [];
for (const area of areas(only))
  for (const variant of variants) faults.push(...(await photograph(area, variant)));
await browser.close();
await server.close();
if (only.length === 0 && faults.length === 0) {
  mkdirSync("docs", { recursive: true });
  for (const [name, from] of Object.entries(shown)) copyFileSync(`${folder}/${from}`, `docs/${name}`);
}
console.log(faults.length ? faults.join("\n") : `written to ${folder}, no fault on the page`);
process.exit(faults.length ? 1 : 0);
