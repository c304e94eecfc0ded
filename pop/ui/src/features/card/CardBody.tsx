import { Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import type { Card } from "../../protocol/types";
import { ChooseBody } from "./ChooseBody";
import { ContactBlock } from "./ContactBlock";
import classes from "./card.module.css";
import { History } from "./History";
import { chosenOf } from "./identity";

/** Who it is: each kind of match has its own layout; those that may wait for a look-up reserve its height. */
export function CardBody({ card }: { card: Card }) {
  return (
    <div
      className={classes.body}
      data-reserve={card.match !== "internal" && card.match !== "anonymous" ? "" : undefined}
    >
      <LookupState card={card} />
      <MatchBody card={card} />
    </div>
  );
}

function LookupState({ card }: { card: Card }) {
  const { t } = useTranslation();
  if (card.lookup !== "failed") return null;
  return (
    <p className={classes.warning} role="status">
      <IconAlertTriangle size={16} aria-hidden /> {t("card.lookupFailed")}
    </p>
  );
}

function MatchBody({ card }: { card: Card }) {
  const [changing, setChanging] = useState(false);
  const chosen = chosenOf(card);
  if (chosen && !changing) {
    return (
      <>
        <ContactBlock contact={chosen} chosen={card.chosen_id !== ""} onChange={() => setChanging(true)} />
        <History past={card.history} />
      </>
    );
  }
  if (card.match === "internal") return <Colleague card={card} />;
  if (card.lookup === "pending" && card.candidates.length === 0 && card.match !== "anonymous")
    return <Pending />;
  return <ChooseBody card={card} keep={chosen} onDone={() => setChanging(false)} />;
}

function Pending() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-busy>
      <Text size="sm" c="dimmed">
        {t("card.lookupPending")}
      </Text>
      <Skeleton height={18} width="45%" />
      <Skeleton height={14} width="70%" />
    </Stack>
  );
}

function Colleague({ card }: { card: Card }) {
  const { t } = useTranslation();
  const agents = useDeskState((state) => state.agents);
  const known = [...agents.values()].find((agent) => agent.extension === card.client.number);
  const name = card.client_name || known?.name || t("card.colleagueUnknown", { number: card.client.number });
  return (
    <div className={classes.colleague}>
      <IconUser size={20} aria-hidden />
      <div>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {t("card.colleague")}
        </Text>
      </div>
    </div>
  );
}
