import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { useNow } from "../../app/useNow";
import { formatPhone, when } from "../../core/format";
import type { CallRecord } from "../../protocol/types";
import { Sorting } from "./Sorting";
import classes from "./unresolved.module.css";
import { useUnresolved } from "./useUnresolved";

/** Calls that nobody knows whose they were, one after the other: a choice leads to the next one. */
export function UnresolvedPage() {
  const { t } = useTranslation();
  const words = useFailure();
  const { query, calls, current, select, leave } = useUnresolved();
  const box = useRef<HTMLDivElement>(null);
  const done = (id: string) => {
    leave(id);
    box.current?.focus({ preventScroll: true });
  };
  const step = (by: number) => {
    const next = calls[calls.findIndex((each) => each.call_id === current?.call_id) + by];
    if (next) select(next.call_id);
  };
  return (
    <Page
      title={t("unresolved.title")}
      tools={current && <Text c="dimmed">{t("unresolved.left", { count: calls.length })}</Text>}
    >
      {query.isPending && <Waiting />}
      {query.isError && (
        <Alert color="red" m="md" title={t("unresolved.failed")}>
          <Text size="sm">{words(query.error)}</Text>
          <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
            {t("app.retry")}
          </Button>
        </Alert>
      )}
      {query.isSuccess && !current && (
        <Nothing title={t("unresolved.empty")} hint={t("unresolved.emptyHint")} />
      )}
      {current && (
        // biome-ignore lint/a11y/noStaticElementInteractions: keys press the buttons within, nothing more
        <div ref={box} tabIndex={-1} className={classes.desk} onKeyDown={(event) => press(event, step)}>
          <nav className={classes.list} aria-label={t("unresolved.list")}>
            {calls.map((call) => (
              <Row
                key={call.call_id}
                call={call}
                on={call === current}
                onSelect={() => select(call.call_id)}
              />
            ))}
          </nav>
          <Sorting key={current.call_id} call={current} onDone={() => done(current.call_id)} />
        </div>
      )}
    </Page>
  );
}

const keys: Record<string, string> = { KeyF: "find", KeyC: "create", KeyX: "aside" };

/** Single keys work while the focus is on this page and nobody types; the cards' keys are then silent. */
function press(event: KeyboardEvent<HTMLDivElement>, step: (by: number) => void): void {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, [role=dialog]");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const arrows: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const by = arrows[event.key];
  const key = digit ? `choose-${digit}` : keys[event.code];
  if (by === undefined && !key) return;
  event.preventDefault();
  if (by !== undefined) step(by);
  else event.currentTarget.querySelector<HTMLElement>(`[data-key="${key}"]`)?.click();
}

function Row({ call, on, onSelect }: { call: CallRecord; on: boolean; onSelect(): void }) {
  const { i18n } = useTranslation();
  const now = useNow(60_000);
  return (
    <button type="button" className={classes.row} aria-current={on || undefined} onClick={onSelect}>
      <span className="number">{formatPhone(call.client)}</span>
      <Text span size="xs" c="dimmed" className="number">
        {when(call.started, now, i18n.language)}
      </Text>
    </button>
  );
}

const Waiting = () => (
  <Stack gap="xs" p="md" aria-busy>
    {["a", "b", "c"].map((row) => (
      <Skeleton key={row} height={44} />
    ))}
  </Stack>
);
