// The login page and the desk: cards of every kind, lists, menus, the banner.
export default async function desk({ page, play, login, card, shoot }) {
  await page.request.post(`/fake/reset`);
  await page.goto("/");
  await page.locator("button[type=submit]").waitFor();
  await shoot("00-login");
  await page.request.post(`/fake/fail?path=/login&status=429&after=25`);
  await page.locator("input[autocomplete=username]").fill("anna");
  await page.locator("input[autocomplete=current-password]").fill("wrong");
  await page.locator("button[type=submit]").click();
  await page.getByRole("alert").waitFor();
  await shoot("01-login-too-many");
  await play("empty");
  await login();
  await shoot("02-empty");
  await play("reset");
  await login();
  await play("single");
  await card("main:10").waitFor();
  await shoot("03-single");
  await play("answer", "multiple");
  await card("main:15").waitFor();
  await shoot("04-multiple-over-talk");
  await card("main:15")
    .getByRole("button", { name: /Choose|Выбрать/ })
    .nth(1)
    .click();
  await shoot("05-chosen");
  await play("withdraw", "unknown", "pausedElsewhere");
  const unknown = card("main:13");
  await unknown.getByRole("searchbox").fill("pet");
  await unknown.getByRole("listitem").first().waitFor();
  await shoot("06-unknown-search");
  await unknown.getByRole("button", { name: /New contact|Новый контакт/ }).click();
  await unknown.locator("form input").first().waitFor();
  await shoot("07-new-contact");
  await page.request.post(`/fake/reset`);
  await login();
  await play("pending", "failed", "maybe", "internal", "anonymous", "missed");
  await card("main:17").waitFor();
  await shoot("08-other-matches");
  await play("withdraw");
  await page.locator('article[data-state="folded"]').first().waitFor();
  await page.getByRole("tab").nth(1).click();
  await page.locator("aside button[aria-expanded]").nth(1).click();
  await page
    .locator("aside")
    .getByRole("button", { name: /^(Play|Слушать)$/ })
    .first()
    .waitFor();
  await shoot("09-calls-and-line");
  await page.getByRole("button", { name: /Change state|Сменить состояние/ }).click();
  await shoot("10-mode-menu");
  await page.keyboard.press("Escape");
  await page
    .locator("#cards")
    .getByRole("button", { name: /^(Why|Почему)/ })
    .first()
    .click();
  await page.getByRole("dialog").locator("[data-rule]").first().waitFor();
  await shoot("12-why");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^(Settings|Настройки)$/ }).click();
  await shoot("13-settings");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await shoot("14-keys");
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await page.getByRole("alert").first().waitFor();
  await shoot("11-banner");
}
