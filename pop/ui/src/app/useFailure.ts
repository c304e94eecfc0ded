import { useTranslation } from "react-i18next";
import { ApiError } from "../core/api";

/** Puts any error into words of the chosen language. */
export function useFailure(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t("failure.server");
    return t(`failure.${error.kind}`, { detail: error.detail || error.status });
  };
}
