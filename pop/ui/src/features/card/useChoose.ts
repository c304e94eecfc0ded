import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";

export interface Choice {
  /** The id of the contact that is being saved, or "". */
  busy: string;
  choose(contactId: string): void;
}

/** Links the call to a contact; the new card comes by the websocket to everybody who sees the call. */
export function useChoose(callId: string): Choice {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState("");
  const choose = (contactId: string) => {
    setBusy(contactId);
    api
      .choose(callId, contactId)
      .catch((error: unknown) =>
        notifications.show({ color: "red", message: t("card.chooseFailed", { detail: words(error) }) }),
      )
      .finally(() => setBusy(""));
  };
  return { busy, choose };
}
