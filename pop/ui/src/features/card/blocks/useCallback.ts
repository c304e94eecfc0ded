import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../../app/desk";
import { useFailure } from "../../../app/useFailure";
import { ApiError } from "../../../core/api";
import type { Callback } from "../../../protocol/types";

/** Takes a client's callback upon oneself, or closes it: he is on the line. */
export function useCallback(id: string) {
  const { t } = useTranslation();
  const { api, store } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState<"" | "claim" | "close">("");
  const [done, setDone] = useState("");
  const tell = (error: unknown) => {
    const name = holderOf(error);
    const message = name
      ? t("card.callbackTaken", { name })
      : t("card.callbackFailed", { detail: words(error) });
    notifications.show({ color: "red", message });
  };
  const ask = (what: "claim" | "close", wish: () => Promise<Callback>) => {
    setBusy(what);
    wish()
      .then((callback) => {
        store.setCallback(callback);
        if (what === "close") setDone(id);
      })
      .catch(tell)
      .finally(() => setBusy(""));
  };
  return {
    busy,
    done: done === id,
    claim: () => ask("claim", () => api.work.claim(id)),
    close: () => ask("close", () => api.work.closeCallback(id, "reached")),
  };
}

/** Who was first, when the claim came too late. */
function holderOf(error: unknown): string {
  if (!(error instanceof ApiError) || error.status !== 409) return "";
  const { claimed_by_name } = (error.body ?? {}) as { claimed_by_name?: unknown };
  return typeof claimed_by_name === "string" ? claimed_by_name : "";
}
