import { useEffect } from "react";
import { useDesk } from "../../app/desk";
import type { CardEntry } from "../../core/cards";
import { afterPaint } from "../../core/paint";

/** Tells the server that this version of the card is on the glass. */
export function useShown(entry: CardEntry): void {
  const desk = useDesk();
  const { card } = entry;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one ack per version, not per render
  useEffect(() => afterPaint(() => desk.shown(card)), [desk, card.call_id, card.card_version]);
}
