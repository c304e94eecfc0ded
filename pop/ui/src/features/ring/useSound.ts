import { useEffect } from "react";
import { useLiveState, useWatch } from "../../app/desk";
import { isOpen, isRinging } from "../../core/cards";
import { elect } from "../../core/election";
import { behindPaint } from "../../core/paint";
import type { DeskState } from "../../core/store";
import type { Alerts } from "./alerts";

/** Something rings and nobody talks: a ring into a talk would be heard by the client. */
const mayRing = ({ cards }: DeskState): boolean =>
  cards.some(isRinging) && !cards.some((entry) => isOpen(entry) && entry.card.state === "accepted");

/** Rings in one tab of those that the browser lets sound; silent as soon as no card rings. */
export function useSound({ sound, ringtone }: Alerts): void {
  const on = useWatch(sound);
  const ringing = useLiveState(mayRing);
  useEffect(() => {
    if (!on || !ringing) return;
    const over = new AbortController();
    const ring = async () => {
      const audible = await ringtone.audible();
      if (audible && !over.signal.aborted) elect("callcard.ring", over.signal, () => ringtone.start());
    };
    const cancel = behindPaint(() => void ring()); // to open the way to the loudspeaker takes longer than to draw the card
    return () => {
      cancel();
      over.abort();
      ringtone.stop();
    };
  }, [on, ringing, ringtone]);
}
