import { Alert, Badge, Button, Group, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { secondsBetween, span } from "../../core/format";
import type { Webhook } from "../../protocol/webhooks";
import { Deliveries } from "./Deliveries";
import { Secret } from "./NewEndpoint";
import { useAct } from "./useAct";
import classes from "./webhooks.module.css";

/** One endpoint: how it keeps up, and what can be done about it. */
export function EndpointCard({ hook }: { hook: Webhook }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const { busy, fault, act } = useAct();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState("");
  const { webhooks } = api;
  return (
    <li className={classes.endpoint} data-endpoint={hook.id}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div className={classes.name}>
          <Text fw={600}>{hook.url}</Text>
          <Text size="xs" c="dimmed">
            {[hook.description, hook.format, hook.events.join(", "), hook.fixed && t("webhooks.fixed")]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </div>
        <Switch
          label={t("webhooks.on")}
          labelPosition="left"
          checked={hook.enabled}
          disabled={hook.fixed || busy}
          onChange={(event) => void act(() => webhooks.enable(hook.id, event.currentTarget.checked))}
        />
      </Group>
      <Keeping hook={hook} />
      {fault && <Alert color="red">{fault}</Alert>}
      {secret && <Secret text={secret} onDone={() => setSecret("")} />}
      <Group gap="xs">
        <Button size="xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("webhooks.messages")}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={busy}
          onClick={() => void act(() => webhooks.test(hook.id))}
        >
          {t("webhooks.test")}
        </Button>
        {hook.dead > 0 && (
          <>
            <Button
              size="xs"
              variant="default"
              disabled={busy}
              onClick={() => void act(() => webhooks.replay(hook.id))}
            >
              {t("webhooks.replay")}
            </Button>
            <Button
              size="xs"
              variant="subtle"
              color="red"
              disabled={busy}
              onClick={() => void act(() => webhooks.purge(hook.id))}
            >
              {t("webhooks.purge")}
            </Button>
          </>
        )}
        {!hook.fixed && (
          <Button
            size="xs"
            variant="subtle"
            disabled={busy}
            onClick={() => void act(async () => setSecret((await webhooks.rotate(hook.id)).secret))}
          >
            {t("webhooks.rotate")}
          </Button>
        )}
        {!hook.fixed && <Remove onSure={() => void act(() => webhooks.remove(hook.id))} />}
      </Group>
      {open && <Deliveries hook={hook.id} />}
    </li>
  );
}

function Keeping({ hook }: { hook: Webhook }) {
  const { t, i18n } = useTranslation();
  const now = useNow(5000);
  const age = hook.oldest && span(secondsBetween(hook.oldest, now), i18n.language);
  return (
    <Group gap="xs">
      {hook.disabled && (
        <Badge color="red" variant="light" tt="none">
          {t("webhooks.disabled", { why: hook.disabled })}
        </Badge>
      )}
      {(hook.enabled || hook.pending > 0) && (
        <Badge variant="default" tt="none">
          {hook.pending ? t("webhooks.pending", { count: hook.pending, time: age }) : t("webhooks.keepsUp")}
        </Badge>
      )}
      {hook.dead > 0 && (
        <Badge color="red" variant="light" tt="none">
          {t("webhooks.dead", { count: hook.dead })}
        </Badge>
      )}
    </Group>
  );
}

/** Asked twice: the messages go with the endpoint. */
function Remove({ onSure }: { onSure(): void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <Button
      size="xs"
      variant="subtle"
      color="red"
      onBlur={() => setAsked(false)}
      onClick={() => (asked ? onSure() : setAsked(true))}
    >
      {t(asked ? "webhooks.removeSure" : "webhooks.remove")}
    </Button>
  );
}
