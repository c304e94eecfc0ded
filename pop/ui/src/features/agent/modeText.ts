import { useTranslation } from "react-i18next";
import type { Mode } from "../../protocol/types";

/** Reasons that the page can translate; the server takes any other word as it is. */
export const knownReasons = ["lunch", "break", "training", "meeting", "paperwork"] as const;

const isKnown = (reason: string): reason is (typeof knownReasons)[number] =>
  (knownReasons as readonly string[]).includes(reason);

/** A reason in the chosen language where it is one of ours, else as it was set. */
export function useReasonText(): (reason: string) => string {
  const { t } = useTranslation();
  return (reason) => (isKnown(reason) ? t(`agent.reasons.${reason}`) : reason);
}

/** "Ready", "Not ready · Lunch". */
export function useModeText(): (mode: Mode, reason: string) => string {
  const { t } = useTranslation();
  const text = useReasonText();
  return (mode, reason) => {
    const name = t(`agent.mode.${mode}`);
    return mode === "not_ready" && reason !== "" ? `${name} · ${text(reason)}` : name;
  };
}
