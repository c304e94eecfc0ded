import { Skeleton, Stack, Text } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../../app/desk";
import type { Card } from "../../../protocol/types";
import { PresenceMark, presenceOf } from "../../agent/presence";
import { ChooseBody } from "../ChooseBody";
import { ContactBlock } from "../ContactBlock";
import classes from "../card.module.css";
import { chosenOf } from "../identity";

/** Who it is: each kind of match has its own layout. */
export function IdentityBlock({ card }: { card: Card }) {
  const chosen = chosenOf(card);
  /** Whom the agent doubts: the question ends when somebody else is chosen, here or by a colleague. */
  const [doubted, setDoubted] = useState("");
  if (chosen && chosen.id !== doubted)
    return <ContactBlock contact={chosen} card={card} onChange={() => setDoubted(chosen.id)} />;
  if (card.match === "internal") return <Colleague card={card} />;
  if (card.lookup === "pending" && card.candidates.length === 0 && card.match !== "anonymous")
    return <Pending />;
  return <ChooseBody card={card} keep={chosen} onDone={() => setDoubted("")} />;
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
  const known = useDeskState((state) =>
    [...state.agents.values()].find((agent) => agent.extension === card.client.number),
  );
  const name = card.client_name || known?.name || t("card.colleagueUnknown", { number: card.client.number });
  return (
    <div className={classes.colleague}>
      <IconUser size={20} aria-hidden />
      <div>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed" component="div">
          {t("card.colleague")} {known && <PresenceMark presence={presenceOf(known)} />}
        </Text>
      </div>
    </div>
  );
}
