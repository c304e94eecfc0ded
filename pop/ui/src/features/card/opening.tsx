// The page that a scenario opens by itself. It is nothing that is drawn: a hidden tab opens it as well,
// when the agent works in another window and no tab of ours is in sight.

import {
  createContext,
  type PropsWithChildren,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
} from "react";
import { useLiveState } from "../../app/desk";
import { type CardEntry, isOpen } from "../../core/cards";
import { elect } from "../../core/election";
import { Cell } from "../../core/emitter";
import { once } from "../../core/once";

/** The cards whose page the browser refused to open. */
export const BlockedContext = createContext(new Cell<ReadonlySet<string>>(new Set()));

/** Opens pages of their own at the scenario's moment; those in a frame are opened by their card. */
export function Opening({ children }: PropsWithChildren) {
  const [blocked] = useState(() => new Cell<ReadonlySet<string>>(new Set()));
  const cards = useLiveState((state) => state.cards);
  return (
    <BlockedContext value={blocked}>
      {cards.filter(opensTab).map((entry) => (
        <OpeningOf key={entry.key} entry={entry} />
      ))}
      {children}
    </BlockedContext>
  );
}

const opensTab = (entry: CardEntry): boolean => entry.card.scenario.open?.target === "tab" && hasCome(entry);

function OpeningOf({ entry }: { entry: CardEntry }) {
  const open = useOpenTab(entry);
  useOnce(entry, true, open);
  return null;
}

/** Opens the card's page in a tab of its own, and notes whether the browser let it. */
export function useOpenTab({ key, card }: CardEntry): () => void {
  const blocked = useContext(BlockedContext);
  return () => {
    const url = safe(card.scenario.open?.url ?? "");
    if (!url) return;
    const others = [...blocked.get()].filter((each) => each !== key);
    blocked.set(new Set(openTab(url) ? others : [...others, key]));
  };
}

/** Acts when the scenario's moment has come, in one tab, once per call: a reload opens nothing again. */
export function useOnce({ card }: CardEntry, come: boolean, act: () => void): void {
  const acted = useEffectEvent(act);
  const names = [card.call_id, ...card.aliases].join(" ");
  useEffect(() => (come ? once(names.split(" "), elect, () => acted()) : undefined), [come, names]);
}

/** Whether the moment of the scenario is now; a frame that nobody could see at the ring opens later in the call. */
export function hasCome(entry: CardEntry): boolean {
  const { state, scenario, answered_at } = entry.card;
  if (!isOpen(entry)) return false;
  if (scenario.open?.when === "ringing") return state !== "accepted" || scenario.open.target === "frame";
  return scenario.open?.when === "answer" && state !== "offered" && answered_at !== "";
}

/** Pages of the web only: a rule must not run a script in ours. */
export function safe(url: string): string | undefined {
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
