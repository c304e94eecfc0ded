// The walks of screens/: each goes through all states of its area. They are photographed, and judged by axe.
import { readdirSync } from "node:fs";

/** The names of the walks, or those of them that are wanted. */
export const areas = (only = []) =>
  readdirSync(new URL("screens/", import.meta.url))
    .map((file) => file.replace(".mjs", ""))
    .filter((area) => only.length === 0 || only.includes(area));

/** Waits until nothing fades or moves any more; what turns for ever does not count. */
export async function settle(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const moves = () =>
      document
        .getAnimations()
        .filter((each) => each.playState === "running" && each.effect?.getComputedTiming().endTime < 10_000);
    await frame();
    while (moves().length > 0) {
      await Promise.allSettled(moves().map((each) => each.finished));
      await frame();
    }
    await frame();
  });
}

/** What a walk uses; it begins with an office as new, logged out. `look` is told the name of each state. */
function hands(page, variant, look) {
  const play = async (...names) => {
    for (const name of names) await page.request.post(`/fake/${name}`);
  };
  const login = async () => {
    await page.goto("about:blank"); // with its last page the shared worker ends, and what it knew of the login before
    await page.goto("/");
    await page.locator("input[autocomplete=username]").fill("anna");
    await page.locator("input[autocomplete=current-password]").fill("secret");
    await page.locator("button[type=submit]").click();
    await page.locator("#cards").waitFor();
  };
  const card = (id) => page.locator(`article[data-call="${id}"]`);
  const shoot = async (name) => {
    await settle(page);
    await look(name);
  };
  return { page, variant, play, login, card, shoot };
}

/** Walks through an area on a page of its own. */
export async function walk(area, page, variant, look) {
  const { default: steps } = await import(`./screens/${area}.mjs`);
  await page.request.post("/fake/reset");
  await steps(hands(page, variant, look));
}
