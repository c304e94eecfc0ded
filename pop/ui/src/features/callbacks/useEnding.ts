import { useTranslation } from "react-i18next";
import type { Callback } from "../../protocol/types";

const endings = [
  "reached",
  "client_got_through",
  "not_reached",
  "expired",
  "wrong_number",
  "refused",
  "not_needed",
  "duplicate",
  "spam",
  "merged",
  "not_missed",
] as const;

/** How a duty ended, in words; a reason that somebody typed stands as it is. */
export function useEnding({ closed_by, state }: Pick<Callback, "closed_by" | "state">): string {
  const { t } = useTranslation();
  const known = endings.find((each) => each === closed_by);
  if (known) return t(`callbacks.ending.${known}`);
  return closed_by || t(state === "done" ? "callbacks.ending.reached" : "callbacks.ending.not_needed");
}
