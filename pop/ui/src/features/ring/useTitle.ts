import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLiveState } from "../../app/desk";
import { pageTitle } from "../../app/usePageTitle";
import { isRinging } from "../../core/cards";
import { behindPaint } from "../../core/paint";
import { whoRings } from "./whoRings";

/** The title and the icon of the tab show a ringing call, and go back when it no longer rings. */
export function useTitle(): void {
  const { t } = useTranslation();
  const ringing = useLiveState((state) => state.cards.find(isRinging));
  const title = ringing ? `${t("card.ringing")}: ${whoRings(ringing.card, t)}` : "";
  useEffect(() => {
    if (title === "") return;
    let restore = () => {};
    const cancel = behindPaint(() => {
      restore = announce(title);
    });
    return () => {
      cancel();
      restore();
    };
  }, [title]);
}

/** Returns the way back to what was there before. */
function announce(title: string): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const before = { title: document.title, icon: icon?.getAttribute("href") ?? "" };
  const kept = pageTitle();
  kept.ring = title;
  document.title = title;
  icon?.setAttribute("href", "/favicon-ring.svg");
  return () => {
    delete kept.ring;
    document.title = kept.page ?? before.title;
    icon?.setAttribute("href", before.icon);
  };
}
