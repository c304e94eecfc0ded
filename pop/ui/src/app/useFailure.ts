import { useTranslation } from "react-i18next";
import { ApiError } from "../core/api";
import type { failure } from "../texts/en/failure";

type Reason = keyof typeof failure.reason;

/** The server's stable name of what stands against it. */
const reasonOf = ({ body }: ApiError): string =>
  typeof body === "object" && body !== null && "reason" in body ? String(body.reason) : "";

/** Puts any error into words of the chosen language; a reason that has none comes in the server's. */
export function useFailure(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t("failure.server");
    const reason = reasonOf(error);
    if (reason && i18n.exists(`failure.reason.${reason}`)) return t(`failure.reason.${reason as Reason}`);
    return t(`failure.${error.kind}`, { detail: error.detail || error.status });
  };
}
