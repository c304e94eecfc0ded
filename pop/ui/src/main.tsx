import "./app/mantine.css";
import "./app/global.css";
import { createRoot } from "react-dom/client";
import { rememberedDensity, setDensity } from "./app/density";
import { firstLanguage, rememberedLanguage, startI18n } from "./app/i18n";
import { preloadWhenIdle } from "./app/preload";
import { Root } from "./app/Root";
import { Desk } from "./core/desk";
import { waysOf } from "./core/surroundings";

const language = firstLanguage(rememberedLanguage(), navigator.languages);
document.documentElement.lang = language;
setDensity(rememberedDensity());

const desk = new Desk({
  fetch: (...args) => fetch(...args),
  ways: waysOf(
    BUILD,
    () =>
      new SharedWorker(new URL("./core/worker.ts", import.meta.url), {
        type: "module",
        name: `callcard ${BUILD}`,
      }),
  ),
  now: () => Date.now(),
  random: () => Math.random(),
});
void desk.open();

const root = document.getElementById("root");
preloadWhenIdle();
const i18n = await startI18n(language);
if (root) createRoot(root).render(<Root desk={desk} i18n={i18n} />);
