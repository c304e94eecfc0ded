import type { Candidate, Card } from "../../protocol/types";

/** Whom the card is about: an agent's choice, or the only certain candidate. */
export function chosenOf(card: Card): Candidate | undefined {
  const chosen = card.candidates.find((each) => each.id === card.chosen_id);
  if (chosen) return chosen;
  return card.match === "single"
    ? (card.candidates.find((each) => each.certain) ?? card.candidates[0])
    : undefined;
}

const reasons = [
  "answered_elsewhere",
  "caller_left",
  "no_answer",
  "rejected",
  "busy",
  "picked_up",
  "transferred",
  "expired",
  "gone",
] as const;

export type WithdrawnKey = (typeof reasons)[number] | "answered_by" | "other";

/** Which text says why the card went; a name of who answered says more than a rule. */
export function withdrawnKey(reason: string, by: string): WithdrawnKey {
  if (by !== "" && (reason === "answered_elsewhere" || reason === "picked_up")) return "answered_by";
  return reasons.find((known) => known === reason) ?? "other";
}
