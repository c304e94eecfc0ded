import { Alert, Button, Code, SegmentedControl, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { Nothing } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import { type Delivery, deliveryStates } from "../../protocol/webhooks";
import { useAct } from "./useAct";
import classes from "./webhooks.module.css";

const states = ["", ...deliveryStates] as const;

/** The newest messages to an endpoint; one that is opened shows what was posted and what came back. */
export function Deliveries({ hook }: { hook: string }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [state, setState] = useState<(typeof states)[number]>("");
  const query = useQuery({
    queryKey: ["webhooks", hook, state],
    queryFn: () => api.webhooks.deliveries(hook, state, ""),
    refetchInterval: 5000,
  });
  return (
    <div className={classes.deliveries}>
      <SegmentedControl
        size="xs"
        aria-label={t("webhooks.messages")}
        value={state}
        onChange={(value) => setState(value as typeof state)}
        data={states.map((value) => ({ value, label: t(`webhooks.state.${value || "all"}`) }))}
      />
      {query.isPending && <Skeleton height={80} />}
      {query.error && <Alert color="red">{words(query.error)}</Alert>}
      {query.data?.items.length === 0 && <Nothing title={t("webhooks.noMessages")} />}
      <ul className={classes.list}>
        {query.data?.items.map((each) => (
          <Row key={each.id} delivery={each} />
        ))}
      </ul>
    </div>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const [open, setOpen] = useState(false);
  const facts = [
    t(`webhooks.state.${delivery.state}`),
    when(delivery.created, now, i18n.language),
    delivery.attempts > 1 && t("webhooks.tries", { count: delivery.attempts }),
    delivery.error,
  ];
  return (
    <li className={classes.row} data-state={delivery.state}>
      <button type="button" className={classes.line} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={classes.kind}>{delivery.type}</span>
        <Text span size="xs" c="dimmed">
          {facts.filter(Boolean).join(" · ")}
        </Text>
      </button>
      {open && <Inside id={delivery.id} />}
    </li>
  );
}

function Inside({ id }: { id: string }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const { busy, fault, act } = useAct();
  const query = useQuery({ queryKey: ["delivery", id], queryFn: () => api.webhooks.delivery(id) });
  if (!query.data) return <Skeleton height={120} />;
  const { body, response, state } = query.data;
  return (
    <div className={classes.inside}>
      <Code block>{readable(body)}</Code>
      {response && (
        <>
          <Text size="xs" fw={600}>
            {t("webhooks.response")}
          </Text>
          <Code block>{response}</Code>
        </>
      )}
      {fault && <Alert color="red">{fault}</Alert>}
      {state !== "pending" && (
        <Button
          size="xs"
          variant="default"
          disabled={busy}
          onClick={() => void act(() => api.webhooks.again(id))}
        >
          {t("webhooks.again")}
        </Button>
      )}
    </div>
  );
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body; // sipgate's form
  }
}
