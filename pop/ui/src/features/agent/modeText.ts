import { useTranslation } from "react-i18next";
import { labelOf, useSettings } from "../../app/useSettings";
import type { Labelled, Mode } from "../../protocol/types";

/** Reasons that the page can translate, for a server that has no list of its own. */
export const knownReasons = ["lunch", "break", "training", "meeting", "paperwork"] as const;

const isKnown = (reason: string): reason is (typeof knownReasons)[number] =>
  (knownReasons as readonly string[]).includes(reason);

/** The reasons to choose from, in the configured order. */
export function useReasons(): readonly string[] {
  const { pause_reasons } = useSettings();
  return pause_reasons.length > 0 ? pause_reasons.map((each) => each.id) : knownReasons;
}

/** A reason in the chosen language where it is configured or one of ours, else as it was set. */
export function useReasonText(): (reason: string) => string {
  const { t, i18n } = useTranslation();
  const { pause_reasons } = useSettings();
  return (reason) => {
    const configured = pause_reasons.find((each: Labelled) => each.id === reason);
    if (configured) return labelOf(configured, i18n.language);
    return isKnown(reason) ? t(`agent.reasons.${reason}`) : reason;
  };
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
