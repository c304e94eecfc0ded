import { Button, Text } from "@mantine/core";
import { IconHeadphones } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { clock, formatPhone, secondsBetween, when } from "../../core/format";
import type { CallRecord, Recording } from "../../protocol/types";
import { WhyButton } from "../trace/WhyButton";
import classes from "./calls.module.css";
import { OutcomeIcon } from "./OutcomeIcon";

export function CallRow({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const [open, setOpen] = useState(false);
  const id = useId();
  const number =
    formatPhone(call.client) || t(call.client.kind === "anonymous" ? "card.anonymous" : "card.noNumber");
  const name = call.contact_name || call.client_name;
  return (
    <li className={classes.row} data-call={call.call_id}>
      <div className={classes.line}>
        <OutcomeIcon direction={call.direction} missed={call.missed} />
        <div className={classes.who}>
          <span className={`number ${classes.phone}`}>{number}</span>
          {name && <span className={classes.name}>{name}</span>}
          <Facts call={call} />
        </div>
        <div className={classes.times}>
          <time className="number" dateTime={call.started}>
            {when(call.started, now, i18n.language)}
          </time>
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
          {call.recordings.map((each) => (
            <Player key={each.id} recording={each} />
          ))}
        </div>
      )}
    </li>
  );
}

function Facts({ call }: { call: CallRecord }) {
  const { t } = useTranslation();
  const agents = useDeskState((state) => state.agents);
  const names = call.talks.map((talk) => agents.get(talk.user)?.name || talk.user || talk.device);
  const outcome = t(`calls.outcome.${call.outcome || "running"}`);
  const queue = call.visits.at(-1)?.queue ?? "";
  return (
    <Text size="xs" c="dimmed" className={classes.facts}>
      {[outcome, queue, [...new Set(names)].join(", ")].filter(Boolean).join(" · ")}
    </Text>
  );
}

/** From the first answer to the end, as the client felt it. */
function talkTime(call: CallRecord): string {
  return call.answered && call.ended ? clock(secondsBetween(call.answered, call.ended)) : "";
}

function Player({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const { api } = useDesk();
  const now = useNow(0);
  if (recording.state !== "stored") {
    return (
      <Text size="sm" c="dimmed">
        {t(`calls.state.${recording.state}`)}
      </Text>
    );
  }
  const label = t("calls.recording", { time: when(recording.started, now, i18n.language) });
  return (
    // biome-ignore lint/a11y/useMediaCaption: a phone call has no captions
    <audio
      controls
      preload="none"
      src={api.audioUrl(recording.id)}
      aria-label={label}
      title={label}
      className={classes.audio}
    />
  );
}
