import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import { clock, when } from "../../core/format";
import type { PastCall } from "../../protocol/types";
import { OutcomeIcon } from "../calls/OutcomeIcon";
import classes from "./card.module.css";

/** The client's last calls, newest first. */
export function History({ past }: { past: PastCall[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  return (
    <section className={classes.part}>
      <h4>{t("card.history")}</h4>
      {past.length === 0 && <p className={classes.quiet}>{t("card.historyEmpty")}</p>}
      <ul className={classes.rows}>
        {past.slice(0, 5).map((call) => (
          <li key={call.call_id} className={classes.row}>
            <OutcomeIcon direction={call.direction} missed={call.outcome !== "answered"} />
            <time className="number" dateTime={call.at}>
              {when(call.at, now, i18n.language)}
            </time>
            <span className={classes.grow}>{t(`calls.outcome.${call.outcome || "running"}`)}</span>
            <span className={classes.tail}>
              {call.agent && <span className={classes.quiet}>{call.agent}</span>}
              {call.seconds > 0 && <span className="number">{clock(call.seconds)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
