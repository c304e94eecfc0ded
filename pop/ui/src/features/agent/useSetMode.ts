import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { ApiError } from "../../core/api";
import type { Mode } from "../../protocol/types";

export interface ModeChange {
  busy: boolean;
  /** `after`: when the present call is over. */
  set(mode: Mode, reason: string, after?: boolean): void;
}

/** Asks for a mode. When the PBX does not carry it out the server keeps the wish, and the agent is told. */
export function useSetMode(): ModeChange {
  const { t } = useTranslation();
  const { api, store } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState(false);
  const tell = (error: unknown) => {
    const kept = error instanceof ApiError && ["unavailable", "refused"].includes(error.kind);
    const message = kept ? t("agent.failed") : t("agent.failedOther", { detail: words(error) });
    notifications.show({ color: "red", message, autoClose: 10_000 });
  };
  const set = (mode: Mode, reason: string, after = false) => {
    setBusy(true);
    const asked = after ? api.work.setNext(mode, reason) : api.setMode(mode, reason);
    asked
      .then((state) => store.setAgent(state))
      .catch(tell)
      .finally(() => setBusy(false));
  };
  return { busy, set };
}
