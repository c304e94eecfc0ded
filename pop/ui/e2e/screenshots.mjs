// Pictures of the page against the fake office: each file of screens/ walks through its area, in both
// languages and themes, narrow and wide. `npm run screenshots -- [folder] [area…]`; the folder is
// test-results/screens by default, and all areas are walked when none is named.
import { mkdirSync, readdirSync } from "node:fs";
import { launch, open } from "./browser.mjs";
import { fakeOffice } from "./fake.mjs";

const [folder = "test-results/screens", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const areas = readdirSync(new URL("screens/", import.meta.url))
  .map((file) => file.replace(".mjs", ""))
  .filter((area) => only.length === 0 || only.includes(area));

const variants = [
  { name: "1280-light-en", width: 1280, height: 900, dark: false, language: "en-GB" },
  { name: "1280-dark-ru", width: 1280, height: 900, dark: true, language: "ru-RU" },
  { name: "360-light-ru", width: 360, height: 780, dark: false, language: "ru-RU" },
  { name: "360-dark-en", width: 360, height: 780, dark: true, language: "en-GB" },
  { name: "2560-light-ru", width: 2560, height: 1440, dark: false, language: "ru-RU" },
  { name: "2560-dark-en", width: 2560, height: 1440, dark: true, language: "en-GB" },
];

/** What a walk uses; it begins with an office as new, logged out. */
function hands(page, variant) {
  const play = async (...names) => {
    for (const name of names) await page.request.post(`/fake/${name}`);
  };
  const login = async () => {
    await page.goto("/");
    await page.locator("input[autocomplete=username]").fill("anna");
    await page.locator("input[autocomplete=current-password]").fill("secret");
    await page.locator("button[type=submit]").click();
    await page.locator("#cards").waitFor();
  };
  const card = (id) => page.locator(`article[data-call="${id}"]`);
  const shoot = async (name) => {
    await page.waitForTimeout(350);
    await page.screenshot({ path: `${folder}/${variant.name}-${name}.png`, fullPage: true });
  };
  return { page, variant, play, login, card, shoot };
}

async function walk(area, variant) {
  const { default: steps } = await import(`./screens/${area}.mjs`);
  const page = await open(browser, { ...variant, base });
  await page.request.post("/fake/reset");
  await steps(hands(page, variant)).catch((error) => page.faults.push(String(error)));
  await page.context().close();
  return page.faults.map((fault) => `${area}, ${variant.name}: ${fault}`);
}

const { server, base } = await fakeOffice();
const browser = await launch();
const faults = [];
for (const area of areas) for (const variant of variants) faults.push(...(await walk(area, variant)));
await browser.close();
await server.close();
console.log(faults.length ? faults.join("\n") : `written to ${folder}, no fault on the page`);
process.exit(faults.length ? 1 : 0);
