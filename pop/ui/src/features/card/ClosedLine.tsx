import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import type { CardEntry } from "../../core/cards";
import { formatPhone, when } from "../../core/format";
import { WhyButton } from "../trace/WhyButton";
import { stateText, whyOf } from "./CardHead";
import classes from "./card.module.css";
import { chosenOf } from "./identity";

interface Props {
  entry: CardEntry;
  onDismiss(): void;
  onUnfold(): void;
}

/** What is left of a closed card. */
export function ClosedLine({ entry, onDismiss, onUnfold }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const { card } = entry;
  const number = formatPhone(card.client) || t("card.anonymous");
  const name = chosenOf(card)?.name ?? card.client_name;
  return (
    <article tabIndex={-1} className={classes.line} data-call={card.call_id} data-state="folded">
      <div className={classes.lineText}>
        <time className="number" dateTime={card.offered_at}>
          {when(card.offered_at, now, i18n.language)}
        </time>
        <span className="number">{number}</span>
        <span>{name}</span>
        <span className={classes.lineWhy}>{stateText(entry, t)}</span>
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        data-key="unfold"
        aria-label={t("card.unfold", { title: name || number })}
        onClick={onUnfold}
      >
        <IconChevronDown size={14} />
      </ActionIcon>
      <WhyButton call={whyOf(entry, t)} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        data-key="dismiss"
        aria-label={t("card.dismiss")}
        onClick={onDismiss}
      >
        <IconX size={14} />
      </ActionIcon>
    </article>
  );
}
