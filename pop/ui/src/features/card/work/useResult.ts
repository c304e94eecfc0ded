import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../../app/desk";
import { useFailure } from "../../../app/useFailure";
import type { Card } from "../../../protocol/types";

interface Choice {
  result: string;
  reasons: readonly string[];
}

/** The call's result: shown as chosen at once, taken back when the server refuses. */
export function useResult(card: Card) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [wish, setWish] = useState<Choice>();
  const stored: Choice = { result: card.result?.result ?? "", reasons: card.result?.reasons ?? [] };
  const now = wish ?? stored;
  const save = (next: Choice) => {
    setWish(next);
    api.work.saveResult(card.call_id, next.result, next.reasons).catch((error: unknown) => {
      setWish((last) => (last === next ? stored : last));
      notifications.show({ color: "red", message: t("notes.resultFailed", { detail: words(error) }) });
    });
  };
  const brought = JSON.stringify(card.result ?? null);
  const [seen, setSeen] = useState(brought);
  if (brought !== seen) {
    // Ours, or a colleague's.
    setSeen(brought);
    setWish(undefined);
  }
  const toggle = (id: string) =>
    now.reasons.includes(id) ? now.reasons.filter((each) => each !== id) : [...now.reasons, id];
  return {
    result: now.result,
    reasons: now.reasons,
    setResult: (id: string) => save({ ...now, result: id === now.result ? "" : id }),
    toggleReason: (id: string) => save({ ...now, reasons: toggle(id) }),
    setReasons: (reasons: readonly string[]) => save({ ...now, reasons }),
  };
}
