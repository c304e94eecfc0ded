import { type RefObject, useEffect, useRef } from "react";

const rowsOf = (list: HTMLElement | null): HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>("[data-callback]") ?? []),
];

/** When the row with the focus leaves the list, the one that takes its place gets it: keys go on working. */
export function useKeepFocus(list: RefObject<HTMLElement | null>, rows: readonly { id: string }[]): void {
  const last = useRef({ id: "", place: -1 });
  useEffect(() => {
    const box = list.current;
    const entered = (event: FocusEvent) => {
      const row = (event.target as Element).closest("[data-callback]");
      last.current = {
        id: row?.getAttribute("data-callback") ?? "",
        place: rowsOf(box).indexOf(row as HTMLElement),
      };
    };
    const left = (event: FocusEvent) => {
      // A removed row says nothing of where the focus went; one that went elsewhere by itself does.
      if (event.relatedTarget) last.current = { id: "", place: -1 };
    };
    box?.addEventListener("focusin", entered);
    box?.addEventListener("focusout", left);
    return () => {
      box?.removeEventListener("focusin", entered);
      box?.removeEventListener("focusout", left);
    };
  }, [list]);
  useEffect(() => {
    const { id, place } = last.current;
    if (id === "" || rows.some((row) => row.id === id) || document.activeElement !== document.body) return;
    const all = rowsOf(list.current);
    all[Math.min(place, all.length - 1)]?.focus({ preventScroll: true });
  }, [list, rows]);
}
