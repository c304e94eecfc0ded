import { createContext, useContext } from "react";
import { Flag } from "../../core/flag";
import { autoplays, Ringtone } from "../../core/ringtone";

/** How this browser draws attention to a ring; both are the agent's choice. */
export class Alerts {
  readonly ringtone = new Ringtone();
  readonly sound = new Flag("callcard.sound", autoplays);
  readonly notices = new Flag("callcard.notices", () => false);
}

export const canSound = (): boolean => typeof AudioContext !== "undefined";

/** Browsers have notifications on https and localhost only. */
export const canNotify = (): boolean => typeof Notification !== "undefined";

export const AlertsContext = createContext<Alerts | undefined>(undefined);

/** Undefined on the login page: there are no rings before the login. */
export const useAlerts = (): Alerts | undefined => useContext(AlertsContext);
