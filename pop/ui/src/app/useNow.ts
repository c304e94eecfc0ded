import { useEffect, useState } from "react";
import { whenSeenAgain } from "../core/sight";
import { useDesk } from "./desk";

/** The server's time, renewed each `step` milliseconds while somebody sees it; a step of 0 stands still. */
export function useNow(step = 1000): number {
  const { store } = useDesk();
  const [now, setNow] = useState(() => store.serverNow());
  const [begun, setBegun] = useState(step);
  if (begun !== step) {
    setBegun(step);
    setNow(store.serverNow());
  }
  useEffect(() => {
    if (step === 0) return;
    const renew = () => {
      if (!document.hidden) setNow(store.serverNow());
    };
    const timer = setInterval(renew, step);
    const forget = whenSeenAgain(renew);
    return () => {
      clearInterval(timer);
      forget();
    };
  }, [store, step]);
  return now;
}
