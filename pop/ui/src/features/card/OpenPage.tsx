import { Button } from "@mantine/core";
import { IconExternalLink, IconLayoutSidebarRight } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CardEntry, isOpen } from "../../core/cards";
import { elect } from "../../core/election";
import { once } from "../../core/once";
import type { OpenPage as Page } from "../../protocol/types";
import classes from "./card.module.css";

/** The page that belongs to the call: opened once by one tab when the scenario says so, and by its button any time. */
export function OpenPage({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const page = entry.card.scenario.open;
  const url = page && safe(page.url);
  const [blocked, setBlocked] = useState(false);
  const [framed, setFramed] = useState(false);
  const open = () => {
    if (!page || !url) return;
    if (page.target === "frame") setFramed(!framed);
    else setBlocked(!openTab(url));
  };
  useAtMoment(entry, page, () => (page?.target === "frame" ? setFramed(true) : open()));
  if (!page || !url) return null;
  const label = page.label || t("card.page.label");
  const Icon = page.target === "frame" ? IconLayoutSidebarRight : IconExternalLink;
  return (
    <>
      <Button
        size="xs"
        variant={blocked ? "filled" : "default"}
        data-key="open"
        leftSection={<Icon size={15} />}
        aria-expanded={page.target === "frame" ? framed : undefined}
        onClick={open}
      >
        {label}
      </Button>
      {blocked && (
        <span className={classes.blocked} role="status">
          {t("card.page.blocked")}
        </span>
      )}
      {framed && (
        <iframe
          className={classes.frame}
          src={url}
          title={label}
          referrerPolicy="no-referrer"
          sandbox={sandbox}
        />
      )}
    </>
  );
}

/** A framed CRM works as usual, but cannot lead the agent's page away. */
const sandbox =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";

/** Pages of the web only: a rule must not run a script in ours. */
function safe(url: string): string | undefined {
  try {
    const { protocol, href } = new URL(url, location.origin);
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** False when the browser blocked it. With "noopener" browsers do not tell, so the opener is taken away afterwards. */
function openTab(url: string): boolean {
  const tab = window.open("", "_blank");
  if (!tab) return false;
  tab.opener = null;
  tab.location.replace(url);
  return true;
}

/** Acts when the scenario's moment comes, in one tab, once per call: a reload opens nothing again. */
function useAtMoment(entry: CardEntry, page: Page | undefined, act: () => void): void {
  const { card } = entry;
  const mine = card.state === "accepted" || card.state === "dialing";
  const come =
    isOpen(entry) &&
    ((page?.when === "ringing" && (card.state === "offered" || card.state === "dialing")) ||
      (page?.when === "answer" && mine && card.answered_at !== ""));
  const acted = useEffectEvent(act);
  const names = [card.call_id, ...card.aliases].join(" ");
  useEffect(() => (come ? once(names.split(" "), elect, () => acted()) : undefined), [come, names]);
}
