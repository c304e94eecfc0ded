// The pages beside the desk: calls, one call, contacts, unsorted calls, team, settings, no such page.
export default async function pages({ page, play, login, shoot }) {
  const go = async (address, wait) => {
    await page.goto(address);
    await page.locator("#page-title").waitFor();
    if (wait) await page.locator(wait).first().waitFor();
  };
  await play("supervisor");
  await login();
  await play("single");
  await go("/calls", "li[data-call]");
  await shoot("20-calls");
  await go("/calls?q=nobody-has-this-name");
  await shoot("21-calls-none");
  await go("/calls/main%3A98", "canvas");
  await shoot("22-call");
  await page.locator('[data-key="keep"]').click();
  await shoot("33-recording-hold");
  await page.locator("main form input").fill("Жалоба 17");
  await page.keyboard.press("Enter");
  await page.locator('[data-key="release"]').waitFor();
  await shoot("34-recording-held");
  await go("/calls/main%3A0");
  await shoot("23-call-gone");
  await go("/contacts?q=pet", "main ul li");
  await shoot("24-contacts");
  await go("/contacts/c-1", "li[data-call]");
  await shoot("25-contact");
  await page.locator('[data-key="edit"]').click();
  await page.locator("main form").waitFor();
  await shoot("26-contact-edit");
  await go("/unresolved", "[aria-current] .number, [data-key=aside]");
  await shoot("27-unresolved");
  await page.locator('[data-key="create"]').last().click();
  await shoot("28-unresolved-new-contact");
  await play("unreachable");
  await go("/team", "li[data-mode]");
  await shoot("29-team");
  await go("/settings");
  await shoot("30-settings");
  await play("admin");
  await go("/webhooks", "li[data-endpoint]");
  await page.locator('[data-endpoint="warehouse"] button[aria-expanded]').first().click();
  await page.locator("li[data-state]").first().waitFor();
  await shoot("32-webhooks");
  await page.goto("/no/such/page");
  await page.locator("main h2").last().waitFor();
  await shoot("31-not-found");
}
