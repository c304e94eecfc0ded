// What tests before the sample office share. Its clients call when they like, so a step says what it wants and waits until
// the office has come to it: nothing here depends on whether a call comes in between.

/** Longer than the office's longest call and pause, on a slow machine. */
export const soon = { timeout: 240_000 };

/** Who calls the sample office (cmd/callcard/demo_office.go). */
export const callers = [
  "+79161234567",
  "+79031112233",
  "+74957770077",
  "+79265550101",
  "+78123334455",
  "+375291234567",
  "+79990001122",
  "+79857776655",
];

export async function login(page, username = "anna", password = "callcard") {
  await page.locator("input[autocomplete=username]").fill(username);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("input[autocomplete=current-password]").press("Enter");
}

/** Chooses a mode and waits until it holds: a choice made during a call begins after it. */
export async function setMode(page, choice, state = choice) {
  await page.getByRole("button", { name: /^Change state/ }).click();
  await page.getByRole("menuitem", { name: choice, exact: true }).click();
  await page.getByRole("button", { name: `Change state: ${state}`, exact: true }).waitFor(soon);
}

/** The state that the card of the newest ring has now is gone in a moment; its call is not. */
export const ringingCall = (page) =>
  page.locator('article[data-state="ring"]').first().getAttribute("data-call", soon);

/**
 * The card of a talk with a client who has a number, `having` something. It stays as it is for long: the talk goes on for
 * seconds, and what is finished folds only after a minute and a half.
 */
export async function talkCard(page, having = page.locator("*")) {
  const talks = page.locator('article[data-state="talk"]').filter({ hasText: /\+\d/, has: having });
  const call = await talks.first().getAttribute("data-call", soon);
  return { call, card: page.locator(`article[data-call="${call}"]`) };
}

/** The words of the banner, when the connection is gone. */
export const banner = (page) =>
  page
    .getByRole("alert")
    .filter({ hasText: /is restarting|No connection/ })
    .first();
