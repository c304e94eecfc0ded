import { ActionIcon, Anchor, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconHistory, IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { formatNumber, formatPhone, secondsBetween, span, when } from "../../core/format";
import type { Callback } from "../../protocol/types";
import classes from "./callbacks.module.css";

/** Whom I owe a call; who waits longest comes first. */
export function CallbackList({ onCalls }: { onCalls(number: string): void }) {
  const { t } = useTranslation();
  const ready = useDeskState((state) => state.ready);
  const callbacks = useDeskState((state) => state.callbacks);
  if (!ready) return <Skeleton height={120} m="md" />;
  if (callbacks.length === 0) {
    return (
      <Stack gap={4} align="center" py="xl" px="md" ta="center">
        <Text fw={600}>{t("callbacks.empty")}</Text>
        <Text size="sm" c="dimmed">
          {t("callbacks.emptyHint")}
        </Text>
      </Stack>
    );
  }
  return (
    <ul className={classes.list} aria-label={t("callbacks.title")}>
      {callbacks.map((each) => (
        <Row key={each.id} callback={each} onCalls={onCalls} />
      ))}
    </ul>
  );
}

function Row({ callback, onCalls }: { callback: Callback; onCalls(number: string): void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const number = formatPhone(callback.client) || t("card.noNumber");
  const waits = span(secondsBetween(callback.created, now), i18n.language);
  const facts = [
    t("callbacks.missed", { count: callback.missed }),
    callback.cause && t(`callbacks.cause.${callback.cause}`),
    t("callbacks.last", { when: when(callback.last_call, now, i18n.language) }),
    callback.queue,
    callback.line && t("callbacks.line", { line: formatNumber(callback.line) }),
  ];
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Anchor
          href={`tel:${callback.client.number}`}
          className="number"
          fw={600}
          aria-label={t("callbacks.call", { number })}
        >
          <IconPhone size={14} aria-hidden /> {number}
        </Anchor>
        {callback.contact_name && <Text component="span">{callback.contact_name}</Text>}
        <Text size="xs" c="dimmed">
          {facts.filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Text size="sm" className={classes.waits}>
        {t("callbacks.waits", { time: waits })}
      </Text>
      <Tooltip label={t("callbacks.calls", { number })}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("callbacks.calls", { number })}
          onClick={() => onCalls(callback.client.number)}
        >
          <IconHistory size={18} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
