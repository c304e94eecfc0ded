import { useEffect } from "react";
import { useDeskState, useWatch } from "../../app/desk";
import { isOpen, isRinging } from "../../core/cards";
import { elect } from "../../core/election";
import type { DeskState } from "../../core/store";
import type { Alerts } from "./alerts";

/** Something rings and nobody talks: a ring into a talk would be heard by the client. */
const mayRing = ({ cards }: DeskState): boolean =>
  cards.some(isRinging) && !cards.some((entry) => isOpen(entry) && entry.card.state === "accepted");

/** Rings in one tab of those that the browser lets sound; silent as soon as no card rings. */
export function useSound({ sound, ringtone }: Alerts): void {
  const on = useWatch(sound);
  const ringing = useDeskState(mayRing);
  useEffect(() => {
    if (!on || !ringing) return;
    const over = new AbortController();
    void ringtone.audible().then((audible) => {
      if (audible && !over.signal.aborted) elect("callcard.ring", over.signal, () => ringtone.start());
    });
    return () => {
      over.abort();
      ringtone.stop();
    };
  }, [on, ringing, ringtone]);
}
