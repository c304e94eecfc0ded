import { Button, Text } from "@mantine/core";
import { IconHeadphones } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { useLabels, useSettings } from "../../app/useSettings";
import { useTitles } from "../../app/useTitles";
import { clock, formatPhone, secondsBetween, when } from "../../core/format";
import type { CallRecord } from "../../protocol/types";
import { PhoneNumber } from "../dialer/PhoneNumber";
import { Recordings } from "../recordings/Recordings";
import { WhyButton } from "../trace/WhyButton";
import classes from "./calls.module.css";
import { OutcomeIcon } from "./OutcomeIcon";

/** Drawn anew only when its call changes: a list is long, and filters are typed above it. */
export const CallRow = memo(function CallRow({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const [open, setOpen] = useState(false);
  const id = useId();
  const number =
    formatPhone(call.client) || t(call.client.kind === "anonymous" ? "card.anonymous" : "card.noNumber");
  const at = when(call.started, now, i18n.language);
  const name = call.contact_name || call.client_name;
  return (
    <li className={classes.row} data-call={call.call_id}>
      <div className={classes.line}>
        <OutcomeIcon direction={call.direction} missed={call.missed} />
        <div className={classes.who}>
          <span className={classes.phone}>
            <PhoneNumber phone={call.client} contactId={call.contact_id} />
          </span>
          {name && <span className={classes.name}>{name}</span>}
          <Facts call={call} />
          {call.notes.map((note) => (
            <span key={note.agent} className={classes.note}>
              {note.text}
            </span>
          ))}
        </div>
        <div className={classes.times}>
          <Link
            to="/calls/$id"
            params={{ id: call.call_id }}
            className={classes.link}
            aria-label={t("calls.openCall", { time: at, who: name || number })}
          >
            <time className="number" dateTime={call.started}>
              {at}
            </time>
          </Link>
          <Text size="xs" c="dimmed" className="number">
            {talkTime(call)}
          </Text>
        </div>
        {call.recordings.length > 0 ? (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            className={classes.play}
            aria-expanded={open}
            aria-controls={id}
            aria-label={open ? t("calls.hide") : t("calls.play", { count: call.recordings.length })}
            onClick={() => setOpen(!open)}
          >
            <IconHeadphones size={18} />
          </Button>
        ) : (
          <span className={classes.play} />
        )}
        <WhyButton call={{ id: call.call_id, title: name || number, live: call.ended === "" }} />
      </div>
      {open && (
        <div id={id} className={classes.recordings}>
          <Recordings recordings={call.recordings} />
        </div>
      )}
    </li>
  );
});

function Facts({ call }: { call: CallRecord }) {
  const { t } = useTranslation();
  const agents = useDeskState((state) => state.agents);
  const names = call.talks.map((talk) => agents.get(talk.user)?.name || talk.user || talk.device);
  const label = useLabels(useSettings().results);
  const outcome = t(`calls.outcome.${call.outcome || "running"}`);
  const titles = useTitles();
  const queue = titles.queue(call.visits.at(-1)?.queue ?? "");
  const result = call.result?.result ? label(call.result.result) : "";
  return (
    <Text size="xs" c="dimmed" className={classes.facts}>
      {[outcome, result, queue, [...new Set(names)].join(", ")].filter(Boolean).join(" · ")}
    </Text>
  );
}

/** From the first answer to the end, as the client felt it. */
function talkTime(call: CallRecord): string {
  return call.answered && call.ended ? clock(secondsBetween(call.answered, call.ended)) : "";
}
