import { type RefObject, useEffect, useState } from "react";
import { type CardEntry, isOpen } from "../../core/cards";

/** Milliseconds for reading why a ring went, and for writing after a call that has no after-call work. */
const readingTime = 6000;
const writingTime = 90_000;

export interface Folding {
  folded: boolean;
  unfold(): void;
}

/**
 * A closed card becomes a small line, unless somebody works in it (focus inside, after-call work):
 * then it waits until he is done. Who opens the line again keeps the card.
 */
export function useFolded(entry: CardEntry, working: boolean, box: RefObject<HTMLElement | null>): Folding {
  const closed = !isOpen(entry);
  const talked = entry.card.state === "ended" && !entry.local;
  const wait = talked ? writingTime : readingTime;
  const [folded, setFolded] = useState(false);
  const [kept, setKept] = useState(false);
  useEffect(() => {
    if (!closed) {
      setFolded(false);
      setKept(false);
    }
    if (!closed || working || kept) return;
    const tryFold = () => {
      if (!box.current?.contains(document.activeElement)) setFolded(true);
    };
    const timer = setInterval(tryFold, wait);
    return () => clearInterval(timer);
  }, [closed, working, kept, wait, box]);
  const unfold = () => {
    setKept(true);
    setFolded(false);
  };
  return { folded: closed && folded, unfold };
}
