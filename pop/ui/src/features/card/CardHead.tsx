import { ActionIcon } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconX } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Timer } from "../../app/Timer";
import { type CardEntry, isOpen } from "../../core/cards";
import { clock, formatLine, formatPhone, secondsBetween } from "../../core/format";
import type { Card } from "../../protocol/types";
import { CallNumber } from "../dialer/PhoneNumber";
import { WhyButton } from "../trace/WhyButton";
import type { CallInQuestion } from "../trace/why";
import classes from "./card.module.css";
import { chosenOf, withdrawnKey } from "./identity";

interface Props {
  entry: CardEntry;
  titleId: string;
  /** The number is on the glass: its buttons may follow. */
  whole: boolean;
  onDismiss?: () => void;
}

/** Plain elements: this is what the first paint waits for. */
export function CardHead({ entry, titleId, whole, onDismiss }: Props) {
  const { t } = useTranslation();
  const { card } = entry;
  return (
    <header>
      <div className={classes.top}>
        <div className={classes.state}>
          <span className={classes.lamp} aria-hidden />
          <span>{stateText(entry, t)}</span>
          <CallTimer entry={entry} />
        </div>
        <Route card={card} />
        <span className={classes.tools}>{whole && <WhyButton call={whyOf(entry, t)} />}</span>
        {onDismiss && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            data-key="dismiss"
            aria-label={t("card.dismiss")}
            onClick={onDismiss}
          >
            <IconX size={16} />
          </ActionIcon>
        )}
      </div>
      <NumberLine entry={entry} titleId={titleId} whole={whole} />
    </header>
  );
}

export function stateText({ card, local }: CardEntry, t: TFunction): string {
  if (local) return t(`card.withdrawn.${local}`);
  switch (card.state) {
    case "withdrawn":
      return t(`card.withdrawn.${withdrawnKey(card.reason, card.by)}`, { name: card.by });
    case "ended":
      return t("card.ended");
    case "offered":
      return t("card.ringing");
    case "dialing":
      return t("card.dialing");
    default:
      return t(card.call_state === "held" ? "card.held" : "card.talking");
  }
}

export function whyOf(entry: CardEntry, t: TFunction): CallInQuestion {
  const { card } = entry;
  const name = chosenOf(card)?.name ?? card.client_name;
  return {
    id: card.call_id,
    title: name || formatPhone(card.client) || t("card.anonymous"),
    live: isOpen(entry),
  };
}

function CallTimer({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const { card } = entry;
  if (isOpen(entry)) {
    const since = card.answered_at || card.offered_at;
    const label = { offered: "card.ringFor", dialing: "card.dialFor" } as const;
    const key = card.state === "offered" || card.state === "dialing" ? label[card.state] : "card.talkFor";
    return <Timer since={since} label={(time) => t(key, { time })} />;
  }
  if (card.state !== "ended") return null;
  const talked = card.answered_at !== "" && card.ended_at !== "";
  return (
    <span className={`number ${classes.over}`}>
      {talked
        ? t("card.talked", { time: clock(secondsBetween(card.answered_at, card.ended_at)) })
        : t("card.notAnswered")}
    </span>
  );
}

/** Where the call came in: queue and the number of ours that was called. */
function Route({ card }: { card: Card }) {
  const { t } = useTranslation();
  return (
    <div className={classes.route}>
      {card.direction !== "inbound" && <span>{t(`card.${card.direction}`)}</span>}
      {card.queue && (
        <span>
          {t("card.queue")} <b title={card.queue}>{card.queue_title || card.queue}</b>
        </span>
      )}
      {card.did && (
        <span className={card.did_title ? undefined : "number"}>
          {t("card.did")} <b title={formatLine(card.did)}>{card.did_title || formatLine(card.did)}</b>
        </span>
      )}
    </div>
  );
}

function NumberLine({ entry, titleId, whole }: Omit<Props, "onDismiss">) {
  const { t } = useTranslation();
  const { card } = entry;
  const number = formatPhone(card.client);
  const name = chosenOf(card)?.name ?? "";
  const fallback = t(card.client.kind === "anonymous" ? "card.anonymous" : "card.noNumber");
  return (
    <h3 id={titleId} className={classes.title}>
      <span className={`number ${classes.phone}`}>{number || fallback}</span>
      {card.client.ext && <span className={classes.quiet}>{t("card.ext", { ext: card.client.ext })}</span>}
      {name && <span className="visually-hidden">{name}</span>}
      {card.client.number && (
        <span className={classes.tools}>{whole && <CopyNumber number={card.client.number} />}</span>
      )}
      {card.client.number && whole && !isOpen(entry) && <CallAgain card={card} words={number} />}
      {card.calls_today > 1 && (
        <span className={classes.today}>{t("card.callsToday", { count: card.calls_today })}</span>
      )}
    </h3>
  );
}

/** Who rang and is gone, or has hung up, is a click away. */
const CallAgain = ({ card, words }: { card: Card; words: string }) => (
  <CallNumber number={card.client.number} words={words} contactId={chosenOf(card)?.id} />
);

function CopyNumber({ number }: { number: string }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 1500 });
  const label = t(clipboard.copied ? "card.copied" : "card.copy");
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      title={label}
      aria-label={label}
      onClick={() => clipboard.copy(number)}
    >
      {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
    </ActionIcon>
  );
}
