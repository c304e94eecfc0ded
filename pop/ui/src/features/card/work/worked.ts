import { useDesk, useWatch } from "../../../app/desk";
import type { CardEntry } from "../../../core/cards";

/** Whether this agent has something to write about the call: he spoke, speaks, or calls out himself. */
export function isWorked({ card, local }: CardEntry): boolean {
  if (local === "expired" || card.state === "offered" || card.state === "withdrawn") return false;
  return card.answered_at !== "" || card.direction === "outbound" || card.state === "accepted";
}

export function useMe(): string {
  const session = useWatch(useDesk().session);
  return session.state === "in" ? session.user.username : "";
}
