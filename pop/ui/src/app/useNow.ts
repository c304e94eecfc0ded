import { useEffect, useState } from "react";
import { useDesk } from "./desk";

/** The server's time, renewed each `step` milliseconds; a step of 0 stands still. */
export function useNow(step = 1000): number {
  const { store } = useDesk();
  const [now, setNow] = useState(() => store.serverNow());
  useEffect(() => {
    if (step === 0) return;
    setNow(store.serverNow());
    const timer = setInterval(() => setNow(store.serverNow()), step);
    return () => clearInterval(timer);
  }, [store, step]);
  return now;
}
