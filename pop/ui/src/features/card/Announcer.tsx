import { useTranslation } from "react-i18next";
import { type CardEntry, isRinging } from "../../core/cards";
import { formatPhone } from "../../core/format";
import { chosenOf } from "./identity";

/** Tells a screen reader of the newest ring, politely: nobody is interrupted. */
export function Announcer({ cards }: { cards: readonly CardEntry[] }) {
  const { t } = useTranslation();
  const ring = cards.find(isRinging);
  const name = ring ? (chosenOf(ring.card)?.name ?? ring.card.client_name) : "";
  const number = ring ? formatPhone(ring.card.client) || t("card.anonymous") : "";
  return (
    <div className="visually-hidden" aria-live="polite">
      {ring && [t("card.ringing"), name, number].filter(Boolean).join(", ")}
    </div>
  );
}
