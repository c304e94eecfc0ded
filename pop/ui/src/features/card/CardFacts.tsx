import { IconAlertCircle, IconArrowRight, IconPhoneX, IconWifi } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import type { Card } from "../../protocol/types";
import classes from "./card.module.css";
import { chosenOf } from "./identity";

/** Short lines about the call itself, whoever the client is. */
export function CardFacts({ card }: { card: Card }) {
  const { t } = useTranslation();
  const network = card.client_name !== "" && !chosenOf(card) && card.match !== "internal";
  return (
    <ul className={classes.facts}>
      <CallbackFact card={card} />
      {card.transferred_by && (
        <Fact icon={<IconArrowRight size={16} />}>
          {t("card.transferredBy", { name: card.transferred_by })}
        </Fact>
      )}
      {network && (
        <Fact icon={<IconWifi size={16} />}>{t("card.networkName", { name: card.client_name })}</Fact>
      )}
      {card.late_join && <Fact icon={<IconAlertCircle size={16} />}>{t("card.lateJoin")}</Fact>}
      {card.certainty !== "observed" && (
        <Fact icon={<IconAlertCircle size={16} />}>{t("card.reconstructed")}</Fact>
      )}
    </ul>
  );
}

function CallbackFact({ card }: { card: Card }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const open = useDeskState((state) => state.callbacks.find((each) => each.id === card.callback_id));
  if (card.callback_id === "") return null;
  const since = open ? when(open.created, now, i18n.language) : "";
  return (
    <Fact icon={<IconPhoneX size={16} />} strong>
      {open ? t("card.callback", { count: open.missed, since }) : t("card.callbackOpen")}
    </Fact>
  );
}

const Fact = ({ icon, strong, children }: { icon: ReactNode; strong?: boolean; children: ReactNode }) => (
  <li className={classes.fact} data-strong={strong || undefined}>
    {icon}
    <span>{children}</span>
  </li>
);
