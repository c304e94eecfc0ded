import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { formatNumber } from "../../core/format";
import type { Dialling } from "../../core/workApi";

export interface Dial {
  /** A call is being asked for. */
  busy: boolean;
  /** True when the agent's phone is being rung. */
  dial(wanted: Dialling): Promise<boolean>;
}

/** Calls a number: the agent's own phone rings first, then the number. */
export function useDial(): Dial {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState(false);
  const dial = async (wanted: Dialling): Promise<boolean> => {
    const number = formatNumber(wanted.number);
    setBusy(true);
    try {
      await api.work.dial(wanted);
      notifications.show({ message: t("dialer.started", { number }) });
      return true;
    } catch (error) {
      const message = t("dialer.failed", { number, detail: words(error) });
      notifications.show({ color: "red", message, autoClose: 10_000 });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, dial };
}
