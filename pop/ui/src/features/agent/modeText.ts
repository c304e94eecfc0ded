import { useTranslation } from "react-i18next";
import type { Mode } from "../../protocol/types";

/** Reasons that the page can translate; the server takes any other word as it is. */
export const knownReasons = ["lunch", "break", "training", "meeting", "paperwork"] as const;

const isKnown = (reason: string): reason is (typeof knownReasons)[number] =>
  (knownReasons as readonly string[]).includes(reason);

/** "Ready", "Not ready · Lunch". */
export function useModeText(): (mode: Mode, reason: string) => string {
  const { t } = useTranslation();
  return (mode, reason) => {
    const name = t(`agent.mode.${mode}`);
    if (mode !== "not_ready" || reason === "") return name;
    return `${name} · ${isKnown(reason) ? t(`agent.reasons.${reason}`) : reason}`;
  };
}
