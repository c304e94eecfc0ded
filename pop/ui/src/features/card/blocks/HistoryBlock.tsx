import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNow } from "../../../app/useNow";
import { useLabels, useSettings } from "../../../app/useSettings";
import { clock, when } from "../../../core/format";
import type { Card, PastCall } from "../../../protocol/types";
import { OutcomeIcon } from "../../calls/OutcomeIcon";
import classes from "./blocks.module.css";
import { Part } from "./Part";
import { useMore } from "./useMore";

/** The client's last calls, newest first, with what came of them. */
export function HistoryBlock({ card }: { card: Card }) {
  const { t } = useTranslation();
  const { shown, more } = useMore(card.history, 3);
  const waiting = card.lookup === "pending" && card.history.length === 0;
  return (
    <Part title={t("card.history")}>
      {waiting && <Waiting />}
      {!waiting && card.history.length === 0 && <p className={classes.quiet}>{t("card.historyEmpty")}</p>}
      <ul className={classes.rows}>
        {shown.map((call) => (
          <Row key={call.call_id} call={call} />
        ))}
      </ul>
      {more}
    </Part>
  );
}

function Row({ call }: { call: PastCall }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const label = useLabels(useSettings().results);
  const remark = [call.agent, call.note].filter(Boolean).join(" · ");
  return (
    <li className={classes.row}>
      <OutcomeIcon direction={call.direction} missed={call.outcome !== "answered"} />
      <time className="number" dateTime={call.at}>
        {when(call.at, now, i18n.language)}
      </time>
      <span className={classes.grow}>
        {call.result ? label(call.result) : t(`calls.outcome.${call.outcome || "running"}`)}
      </span>
      {call.seconds > 0 && <span className="number">{clock(call.seconds)}</span>}
      {remark && (
        <span className={classes.remark} title={call.note || undefined}>
          {remark}
        </span>
      )}
    </li>
  );
}

const Waiting = () => (
  <div aria-hidden>
    {[70, 55, 62].map((width) => (
      <Skeleton key={width} height={12} width={`${width}%`} my={8} />
    ))}
  </div>
);
