// What keys do to cards: exactly what a click on the card's own button does, so that nothing can be
// done by keyboard that is not on the screen. Buttons are marked with data-key.

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("#cards article")];

const withFocus = (): HTMLElement | undefined =>
  cards().find((card) => card.contains(document.activeElement));

/** The card with the focus, or the one on top. */
const current = (): HTMLElement | undefined => withFocus() ?? cards()[0];

/** Moves the focus to the next card or the one before; past the end it stays. */
export function step(by: 1 | -1): void {
  const all = cards();
  const from = withFocus();
  const next = from ? all[all.indexOf(from) + by] : all.at(by === 1 ? 0 : -1);
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

const button = (key: string): HTMLElement | null | undefined =>
  current()?.querySelector<HTMLElement>(`[data-key="${key}"]`);

export const press = (key: string): void => button(key)?.click();

/** Puts the focus into a part of the card: its field, or its first button. */
export function enter(key: string): void {
  const part = button(key);
  const field = part?.matches("textarea") ? part : part?.querySelector<HTMLElement>("button, input");
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
}

/** Presses what belongs to no card, wherever it stands. */
export const pressAnywhere = (key: string): void =>
  document.querySelector<HTMLElement>(`[data-key="${key}"]`)?.click();

/** A card with a chosen contact shows the form only after "someone else". */
export function create(): void {
  if (!button("create")) press("change");
  requestAnimationFrame(() => press("create"));
}
