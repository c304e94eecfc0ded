import { Anchor } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconUserCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../app/desk";
import { useSettings } from "../../app/useSettings";
import { useTitles } from "../../app/useTitles";
import { formatPhone, secondsBetween, span, when } from "../../core/format";
import type { Callback } from "../../protocol/types";
import { PhoneNumber } from "../dialer/PhoneNumber";
import classes from "./callbacks.module.css";
import { isDeadline, told, urgency } from "./duty";

interface Props {
  duty: Callback;
  now: number;
}

interface WhoProps {
  duty: Callback;
  /** No button beside it calls him. */
  callable?: boolean;
}

/** Who waits: the name where there is one, always the number. */
export function Who({ duty, callable = false }: WhoProps) {
  const { t } = useTranslation();
  const { control } = useSettings();
  const user = useUser();
  const number = formatPhone(duty.client) || t("card.noNumber");
  const canDial = control && user.interface !== "";
  return (
    <div className={classes.who}>
      {duty.contact_name && <b>{duty.contact_name}</b>}
      {canDial && callable ? (
        <PhoneNumber phone={duty.client} contactId={duty.contact_id} />
      ) : canDial ? (
        <span className="number">{number}</span>
      ) : (
        <Anchor
          href={`tel:${duty.client.number}`}
          className="number"
          aria-label={t("callbacks.call", { number })}
        >
          {number}
        </Anchor>
      )}
    </div>
  );
}

/** How often he was missed and since when, why, and where he called. */
export function Facts({ duty, now }: Props) {
  const { t, i18n } = useTranslation();
  const titles = useTitles();
  const since = when(duty.first_missed || duty.created, now, i18n.language);
  const facts = [
    duty.missed > 0 && t("callbacks.missed", { count: duty.missed, since }),
    ...duty.causes
      .filter((cause) => cause !== "promised" || !duty.promised)
      .map((cause) => t(`callbacks.cause.${cause}`)),
    duty.queue && titles.queue(duty.queue),
    duty.line && titles.line(duty.line),
  ];
  return <p className={classes.facts}>{facts.filter(Boolean).join(" · ")}</p>;
}

/** What was said of it, and what came of the tries so far. */
export function Story({ duty, now }: Props) {
  const { t, i18n } = useTranslation();
  const tries = duty.attempts.filter((each) => each.outcome !== "");
  const shown = tries.slice(-3).reverse();
  return (
    <>
      {duty.note && <p className={classes.note}>{duty.note}</p>}
      {tries.length > 0 && (
        <p className={classes.facts}>
          {t("callbacks.tries", { count: tries.length })}
          {": "}
          {shown
            .map((each) =>
              [
                t(`callbacks.ended.${each.outcome || "failed"}`),
                when(each.at, now, i18n.language),
                each.agent_name || each.agent,
                each.note && `“${each.note}”`,
              ]
                .filter(Boolean)
                .join(" "),
            )
            .join(" · ")}
        </p>
      )}
    </>
  );
}

/** When he is to be called; what is overdue says so in words and by a sign. */
export function Due({ duty, now }: Props) {
  const { t, i18n } = useTranslation();
  const how = urgency(duty, now);
  const left = secondsBetween(duty.due, now);
  const promised = t("callbacks.promisedFor", { when: when(duty.due, now, i18n.language) });
  const text = {
    overdue: () => t("callbacks.overdue", { time: span(Math.max(0, left), i18n.language) }),
    soon: () => t("callbacks.dueIn", { time: span(Math.max(0, -left) + 59, i18n.language) }),
    later: () =>
      duty.promised
        ? promised
        : isDeadline(duty)
          ? t("callbacks.dueBy", { when: when(duty.due, now, i18n.language) })
          : when(duty.due, now, i18n.language),
    waits: () => t("callbacks.waits", { time: span(secondsBetween(duty.created, now), i18n.language) }),
  }[how]();
  const heard = told(duty);
  return (
    <div className={classes.due} data-urgency={how}>
      <span>
        {how === "overdue" ? (
          <IconAlertTriangle size={15} aria-hidden />
        ) : (
          <IconClock size={15} aria-hidden />
        )}
        {text}
      </span>
      {duty.promised && how !== "later" && <small>{promised}</small>}
      {heard && <small>{t(`callbacks.told.${heard}`)}</small>}
      {duty.calendar && isDeadline(duty) && duty.due !== "" && (
        <small>{t("callbacks.hoursOf", { calendar: duty.calendar })}</small>
      )}
    </div>
  );
}

/** Who works on it, or whose it is to do first. */
export function Holder({ duty, now }: Props) {
  const { t, i18n } = useTranslation();
  const { username } = useUser();
  const own = Date.parse(duty.assignee_until) > now;
  const text =
    duty.claimed_by === username && username !== ""
      ? t("callbacks.yours", { until: when(duty.claimed_until, now, i18n.language) || "…" })
      : duty.claimed_by
        ? t("callbacks.taken", { name: duty.claimed_by_name || duty.claimed_by })
        : own && duty.assignee === username
          ? t("callbacks.forYou")
          : own && duty.assignee
            ? t("callbacks.forOther", { name: duty.assignee_name || duty.assignee })
            : "";
  if (text === "") return null;
  return (
    <p className={classes.holder} data-mine={duty.claimed_by === username || undefined}>
      <IconUserCheck size={15} aria-hidden /> {text}
    </p>
  );
}
