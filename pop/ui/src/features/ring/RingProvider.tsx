import { type PropsWithChildren, useState } from "react";
import { Alerts, AlertsContext } from "./alerts";
import { useNotices } from "./useNotices";
import { useSound } from "./useSound";
import { useTitle } from "./useTitle";

/** Makes a ring seen and heard outside of the page. */
export function RingProvider({ children }: PropsWithChildren) {
  const [alerts] = useState(() => new Alerts());
  useTitle();
  useSound(alerts);
  useNotices(alerts);
  return <AlertsContext value={alerts}>{children}</AlertsContext>;
}
