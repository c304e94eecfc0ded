// The stack of cards, as pure functions. One entry per call, newest ring on top; an entry never
// changes its key, so that a view keeps its focus and its half-filled form whatever arrives.

import type { Card, Note } from "../protocol/types";

export interface CardEntry {
  /** The first id this card was seen under; merges change call_id, never the key. */
  key: string;
  card: Card;
  /** Set when the page itself ended the card: the ring ran out, or it was gone after a reconnect. */
  local?: "expired" | "gone";
}

export const isOpen = ({ card, local }: CardEntry): boolean =>
  !local && (card.state === "offered" || card.state === "dialing" || card.state === "accepted");

export const isRinging = (entry: CardEntry): boolean => !entry.local && entry.card.state === "offered";

const names = (card: Card): string[] => [card.call_id, ...card.aliases];

const same = (entry: CardEntry, card: Card): boolean => {
  const ours = names(entry.card);
  return names(card).some((id) => ours.includes(id));
};

/** Puts one version of a card into the stack. An older version than the one shown is ignored. */
export function putCard(stack: readonly CardEntry[], card: Card): readonly CardEntry[] {
  const found = stack.filter((entry) => same(entry, card));
  const [kept, ...merged] = found;
  if (!kept) return [{ key: card.call_id, card }, ...stack];
  if (kept.card.call_id === card.call_id && card.card_version < kept.card.card_version) return stack;
  const next: CardEntry = { key: kept.key, card };
  const rest = stack.filter((entry) => !merged.includes(entry));
  const rungAgain = kept.card.state === "withdrawn" && card.state === "offered";
  if (rungAgain) return [next, ...rest.filter((entry) => entry !== kept)];
  return rest.map((entry) => (entry === kept ? next : entry));
}

/** Applies a snapshot: what was open here and is not there ended while nobody was listening. */
export function applySnapshot(stack: readonly CardEntry[], cards: readonly Card[]): readonly CardEntry[] {
  const held = stack.map(
    (entry): CardEntry =>
      isOpen(entry) && !cards.some((card) => same(entry, card)) ? { ...entry, local: "gone" } : entry,
  );
  const oldestFirst = [...cards].sort((a, b) => a.offered_at.localeCompare(b.offered_at));
  return oldestFirst.reduce<readonly CardEntry[]>(putSnapshotCard, held);
}

/** A snapshot is the truth also when the server began to count versions anew. */
function putSnapshotCard(stack: readonly CardEntry[], card: Card): readonly CardEntry[] {
  const lowered = stack.map((entry) =>
    same(entry, card) ? { ...entry, card: { ...entry.card, card_version: 0 } } : entry,
  );
  return putCard(lowered, card);
}

/** Ends rings that nobody withdrew: a page that slept must not ring on. */
export function expireRings(stack: readonly CardEntry[], serverNow: number): readonly CardEntry[] {
  const over = (entry: CardEntry): boolean =>
    isRinging(entry) && entry.card.expires_at !== "" && Date.parse(entry.card.expires_at) <= serverNow;
  return stack.some(over)
    ? stack.map((entry): CardEntry => (over(entry) ? { ...entry, local: "expired" } : entry))
    : stack;
}

/** The moment of the next ring that runs out, or undefined. */
export function nextExpiry(stack: readonly CardEntry[]): number | undefined {
  const times = stack
    .filter((entry) => isRinging(entry) && entry.card.expires_at !== "")
    .map((entry) => Date.parse(entry.card.expires_at));
  return times.length ? Math.min(...times) : undefined;
}

/** Puts one agent's note into the cards of its call; an older version is ignored. */
export function putNote(stack: readonly CardEntry[], callId: string, note: Note): readonly CardEntry[] {
  const older = (entry: CardEntry): boolean =>
    names(entry.card).includes(callId) &&
    (entry.card.notes.find((each) => each.agent === note.agent)?.version ?? 0) < note.version;
  return stack.some(older)
    ? stack.map((entry) => (older(entry) ? { ...entry, card: withNote(entry.card, note) } : entry))
    : stack;
}

const withNote = (card: Card, note: Note): Card => ({
  ...card,
  notes: card.notes.some((each) => each.agent === note.agent)
    ? card.notes.map((each) => (each.agent === note.agent ? note : each))
    : [...card.notes, note],
});
