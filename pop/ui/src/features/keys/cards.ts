// What keys do to cards: exactly what a click on the card's own button does, so that nothing can be
// done by keyboard that is not on the screen. Buttons are marked with data-key.

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#cards article")];

const withFocus = (): HTMLElement | undefined =>
  cards().find((card) => card.contains(document.activeElement));

/** The card with the focus, or the one on top. */
const current = (): HTMLElement | undefined => withFocus() ?? cards()[0];

/** Moves the focus to the next card or the one before, within a list to its rows; past the end it stays. */
export function step(by: 1 | -1): void {
  const from = row() ?? withFocus();
  const all = from === undefined || cards().includes(from) ? cards() : rows();
  const next = from ? all[all.indexOf(from) + by] : all.at(by === 1 ? 0 : -1);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** The row of a list that has the focus: keys mean it, not a card. */
const row = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>("[data-callback]") ?? null;

const button = (key: string): HTMLElement | null | undefined =>
  (row() ?? current())?.querySelector<HTMLElement>(`[data-key="${key}"]`);

export const press = (key: string): void => button(key)?.click();

/** Puts the focus into a part of the card: its field, or its first button. */
export function enter(key: string): void {
  const part = button(key);
  const field = part?.matches("textarea") ? part : part?.querySelector<HTMLElement>("button, input");
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
}

/** Presses what belongs to the row with the focus, else what belongs to no card, wherever it stands. */
export const pressAnywhere = (key: string): void => {
  const own = row()?.querySelector<HTMLElement>(`[data-key="${key}"]`);
  (own ?? document.querySelector<HTMLElement>(`[data-key="${key}"]:not([data-callback] *)`))?.click();
};

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("main [data-callback]")];

/** Leads into the list of callbacks, and out of it back to the cards. */
export function enterList(): void {
  const to = row() ? cards()[0] : rows()[0];
  to?.focus({ preventScroll: true });
  to?.scrollIntoView({ block: "nearest" });
}

/** A card with a chosen contact shows the form only after "someone else". */
export function create(): void {
  if (!button("create")) press("change");
  requestAnimationFrame(() => press("create"));
}
