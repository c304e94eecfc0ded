import { IconAlertCircle, IconArrowRight, IconWifi } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "../../protocol/types";
import classes from "./card.module.css";
import { chosenOf } from "./identity";

/** Short lines about the call itself, whoever the client is. */
export function CardFacts({ card }: { card: Card }) {
  const { t } = useTranslation();
  const network = card.client_name !== "" && !chosenOf(card) && card.match !== "internal";
  return (
    <ul className={classes.facts}>
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

const Fact = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <li className={classes.fact}>
    {icon}
    <span>{children}</span>
  </li>
);
