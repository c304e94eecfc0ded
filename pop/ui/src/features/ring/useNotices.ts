import type { TFunction } from "i18next";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLiveState, useWatch } from "../../app/desk";
import { type CardEntry, isRinging } from "../../core/cards";
import { elect, isLookedAt, look } from "../../core/election";
import { whenSeen } from "../../core/sight";
import { type Alerts, canNotify } from "./alerts";
import { whoRings } from "./whoRings";

const isAllowed = (): boolean => canNotify() && Notification.permission === "granted";

/** A desktop notification for each ring that begins while no tab is in sight; it goes with the ring. */
export function useNotices({ notices }: Alerts): void {
  const { t } = useTranslation();
  const on = useWatch(notices);
  const cards = useLiveState((state) => state.cards);
  const known = useRef(new Map<string, AbortController>());
  useLooking();
  useEffect(() => {
    const ringing = cards.filter(isRinging);
    for (const [key, over] of known.current) {
      if (ringing.some((entry) => entry.key === key)) continue;
      over.abort();
      known.current.delete(key);
    }
    for (const entry of ringing.filter(({ key }) => !known.current.has(key))) {
      const over = new AbortController();
      known.current.set(entry.key, over);
      if (on && document.hidden && isAllowed()) void announce(entry, over.signal, t);
    }
  }, [cards, on, t]);
  useEffect(() => {
    const all = known.current;
    return () => {
      for (const over of all.values()) over.abort();
      all.clear();
    };
  }, []);
}

async function announce(entry: CardEntry, over: AbortSignal, t: TFunction): Promise<void> {
  if ((await isLookedAt()) || over.aborted) return;
  elect(`callcard.notice.${entry.card.call_id}`, over, () => {
    const notice = new Notification(whoRings(entry.card, t), {
      body: [t("card.ringing"), entry.card.queue].filter(Boolean).join(" · "),
      icon: "/favicon-ring.svg",
      tag: entry.card.call_id,
    });
    notice.onclick = () => {
      window.focus();
      whenSeen(() => focusCard(entry.key));
      notice.close();
    };
    over.addEventListener("abort", () => notice.close());
  });
}

/** The card's headline takes the focus: the agent asked for this card. */
export function focusCard(key: string): void {
  const card = document.getElementById(`card-${key}`)?.closest<HTMLElement>("article");
  card?.scrollIntoView({ block: "center" });
  card?.focus({ preventScroll: true });
}

/** While this tab is in sight, no other one announces what can be seen here. */
function useLooking(): void {
  useEffect(() => {
    let seen: AbortController | undefined;
    const update = () => {
      seen?.abort();
      seen = document.hidden ? undefined : new AbortController();
      if (seen) look(seen.signal);
    };
    update();
    document.addEventListener("visibilitychange", update);
    return () => {
      seen?.abort();
      document.removeEventListener("visibilitychange", update);
    };
  }, []);
}
