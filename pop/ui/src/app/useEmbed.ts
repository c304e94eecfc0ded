import { useEffect, useRef } from "react";
import type { Desk } from "../core/desk";
import { whenSeen } from "../core/sight";
import type { Awake } from "../embed/contract";
import { useFailure } from "./useFailure";

/** When another page frames this one, speaks with it by embed/contract.ts. */
export function useEmbed(desk: Desk): void {
  const explain = useRef<(error: unknown) => string>(String);
  explain.current = useFailure();
  useEffect(() => {
    if (window.parent === window) return;
    let leave = () => {};
    void import("../embed/panel").then(({ Panel, mark }) => {
      const panel = new Panel({
        desk,
        above: window.parent,
        show: (callId) => whenSeen(() => show(callId)),
        explain: (error) => explain.current(error),
      });
      const take = (event: MessageEvent) => panel.take(event);
      window.addEventListener("message", take);
      leave = () => window.removeEventListener("message", take);
      const awake: Awake = { protocol: mark, event: "awake" };
      window.parent.postMessage(awake, "*"); // whoever it is: it holds nothing
    });
    return () => leave();
  }, [desk]);
}

function show(callId: string): void {
  const card = document.querySelector<HTMLElement>(`[data-call="${CSS.escape(callId)}"]`);
  card?.scrollIntoView({ block: "nearest" });
  card?.focus({ preventScroll: true });
}
