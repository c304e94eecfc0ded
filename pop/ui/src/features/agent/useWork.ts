import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import type { AgentState } from "../../protocol/types";

export type Wish = "finishWork" | "extendWork" | "clearNext" | "clearBlock";

/** Small wishes about one's own state; the answer is the new state. */
export function useWork(): { busy: Wish | ""; ask(wish: Wish): void } {
  const { t } = useTranslation();
  const { api, store } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState<Wish | "">("");
  const ask = (wish: Wish) => {
    setBusy(wish);
    api.work[wish]()
      .then((state: AgentState) => store.setAgent(state))
      .catch((error: unknown) =>
        notifications.show({ color: "red", message: t("agent.failedOther", { detail: words(error) }) }),
      )
      .finally(() => setBusy(""));
  };
  return { busy, ask };
}
