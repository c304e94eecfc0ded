import { type RefObject, useEffect, useState } from "react";

const readingTime = 6000;

/**
 * A withdrawn card becomes a small line once its reason could be read, unless somebody works in it
 * (focus inside): then it waits until the focus leaves.
 */
export function useFolded(withdrawn: boolean, box: RefObject<HTMLElement | null>): boolean {
  const [folded, setFolded] = useState(false);
  useEffect(() => {
    if (!withdrawn) {
      setFolded(false);
      return;
    }
    const tryFold = () => {
      if (!box.current?.contains(document.activeElement)) setFolded(true);
    };
    const timer = setInterval(tryFold, readingTime);
    return () => clearInterval(timer);
  }, [withdrawn, box]);
  return withdrawn && folded;
}
