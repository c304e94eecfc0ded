// Pictures of the page against the fake office, in both languages and themes, narrow and wide.
// They go to the folder named by the first argument, test-results/screens by default.
import { mkdirSync } from "node:fs";
import { launch, open } from "./browser.mjs";
import { fakeOffice } from "./fake.mjs";

const folder = process.argv[2] ?? "test-results/screens";
mkdirSync(folder, { recursive: true });
const { server, base } = await fakeOffice();
const browser = await launch();
const faults = [];

const variants = [
  { name: "wide-light-en", width: 1440, height: 1000, dark: false, language: "en-GB" },
  { name: "wide-dark-ru", width: 1440, height: 1000, dark: true, language: "ru-RU" },
  { name: "360-light-ru", width: 360, height: 780, dark: false, language: "ru-RU" },
  { name: "360-dark-en", width: 360, height: 780, dark: true, language: "en-GB" },
];

const play = (page, ...names) =>
  names.reduce(
    (before, name) => before.then(() => page.request.post(`${base}/fake/${name}`)),
    Promise.resolve(),
  );

async function login(page) {
  await page.goto("/");
  await page.locator("input[autocomplete=username]").fill("anna");
  await page.locator("input[autocomplete=current-password]").fill("secret");
  await page.locator("button[type=submit]").click();
  await page.locator("#cards").waitFor();
}

const card = (page, id) => page.locator(`article[data-call="${id}"]`);

async function shoot(variant, name, page) {
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${folder}/${variant.name}-${name}.png`, fullPage: true });
}

async function walk(variant) {
  const page = await open(browser, { ...variant, base });
  await page.request.post(`${base}/fake/reset`);
  await page.goto("/");
  await page.locator("button[type=submit]").waitFor();
  await page.request.post(`${base}/fake/fail?path=/login&status=429&after=25`);
  await page.locator("input[autocomplete=username]").fill("anna");
  await page.locator("input[autocomplete=current-password]").fill("wrong");
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").waitFor();
  await shoot(variant, "01-login-too-many", page);
  await play(page, "empty");
  await login(page);
  await shoot(variant, "02-empty", page);
  await play(page, "reset");
  await login(page);
  await play(page, "single");
  await card(page, "main:10").waitFor();
  await shoot(variant, "03-single", page);
  await play(page, "answer", "multiple");
  await card(page, "main:15").waitFor();
  await shoot(variant, "04-multiple-over-talk", page);
  await card(page, "main:15")
    .getByRole("button", { name: /Choose|Выбрать/ })
    .nth(1)
    .click();
  await shoot(variant, "05-chosen", page);
  await play(page, "withdraw", "unknown", "pausedElsewhere");
  const unknown = card(page, "main:13");
  await unknown.getByRole("searchbox").fill("pet");
  await unknown.getByRole("listitem").first().waitFor();
  await shoot(variant, "06-unknown-search", page);
  await unknown.getByRole("button", { name: /New contact|Новый контакт/ }).click();
  await shoot(variant, "07-new-contact", page);
  await page.request.post(`${base}/fake/reset`);
  await login(page);
  await play(page, "pending", "failed", "maybe", "internal", "anonymous", "missed");
  await card(page, "main:17").waitFor();
  await shoot(variant, "08-other-matches", page);
  await play(page, "withdraw");
  await page.waitForTimeout(6500);
  await page.getByRole("tab").nth(1).click();
  await page.locator("aside button[aria-expanded]").nth(1).click();
  await page.locator("audio").first().waitFor();
  await shoot(variant, "09-calls-and-line", page);
  await page.getByRole("button", { name: /Change state|Сменить состояние/ }).click();
  await shoot(variant, "10-mode-menu", page);
  await page.keyboard.press("Escape");
  await page
    .locator("#cards")
    .getByRole("button", { name: /^(Why|Почему)/ })
    .first()
    .click();
  await page.getByRole("dialog").locator("[data-rule]").first().waitFor();
  await shoot(variant, "12-why", page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^(Settings|Настройки)$/ }).click();
  await shoot(variant, "13-settings", page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await shoot(variant, "14-keys", page);
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await shoot(variant, "11-banner", page);
  faults.push(...page.faults.map((fault) => `${variant.name}: ${fault}`));
  await page.context().close();
}

for (const variant of variants) await walk(variant);
await browser.close();
await server.close();
console.log(faults.length ? faults.join("\n") : `written to ${folder}, no fault on the page`);
process.exit(faults.length ? 1 : 0);
