import type { TFunction } from "i18next";
import { formatPhone } from "../../core/format";
import type { Card } from "../../protocol/types";
import { chosenOf } from "../card/identity";

/** Name and number of the caller, as far as either is known. */
export function whoRings(card: Card, t: TFunction): string {
  const name = chosenOf(card)?.name ?? card.client_name;
  const number = formatPhone(card.client);
  return [name, number].filter(Boolean).join(", ") || t("card.anonymous");
}
