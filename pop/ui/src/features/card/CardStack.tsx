import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPhoneCall } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Boundary } from "../../app/Boundary";
import { useDesk, useDeskState } from "../../app/desk";
import { isOpen } from "../../core/cards";
import { Announcer } from "./Announcer";
import { CallCard } from "./CallCard";
import classes from "./card.module.css";

/** All cards, newest ring on top. A card never replaces another one; it moves down. */
export function CardStack() {
  const { t } = useTranslation();
  const { store } = useDesk();
  const cards = useDeskState((state) => state.cards);
  const ready = useDeskState((state) => state.ready);
  const closed = cards.filter((entry) => !isOpen(entry)).length;
  return (
    <section aria-labelledby="cards-title" id="cards" tabIndex={-1} className={classes.stack}>
      <Title order={2} id="cards-title" className="visually-hidden">
        {t("card.stack")}
      </Title>
      <Announcer cards={cards} />
      {!ready && <Skeleton height={190} radius="md" />}
      {ready && cards.length === 0 && <NoCards />}
      <Stack gap="sm">
        {cards.map((entry) => (
          <Boundary key={entry.key}>
            <CallCard entry={entry} />
          </Boundary>
        ))}
      </Stack>
      {closed > 1 && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          className={classes.dismissAll}
          onClick={() => store.dismissClosed()}
        >
          {t("card.dismissAll")}
        </Button>
      )}
    </section>
  );
}

const hints = {
  ready: "card.emptyReady",
  not_ready: "card.emptyNotReady",
  offline: "card.emptyOffline",
} as const;

function NoCards() {
  const { t } = useTranslation();
  const mode = useDeskState((state) => state.self?.mode ?? "offline");
  return (
    <div className={classes.empty}>
      <IconPhoneCall size={32} stroke={1.25} aria-hidden />
      <Text fw={600}>{t("card.empty")}</Text>
      <Text size="sm" c="dimmed">
        {t(hints[mode])}
      </Text>
    </div>
  );
}
