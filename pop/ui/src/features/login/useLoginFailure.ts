import { useTranslation } from "react-i18next";
import { ApiError } from "../../core/api";

export interface LoginFailure {
  title: string;
  hint: string;
}

/** What went wrong and what to do about it. */
export function useLoginFailure(error: unknown): LoginFailure | undefined {
  const { t } = useTranslation();
  if (!error) return undefined;
  if (!(error instanceof ApiError)) return { title: t("login.server"), hint: t("failure.server") };
  switch (error.kind) {
    case "login":
      return { title: t("login.wrong"), hint: t("login.wrongHint") };
    case "unreachable":
      return { title: t("login.unreachable"), hint: t("login.unreachableHint") };
    case "throttled": {
      const count = error.retryAfter;
      return {
        title: t("login.tooMany"),
        hint: count > 0 ? t("login.tooManyWait", { count }) : t("login.tooManyHint"),
      };
    }
    default:
      return { title: t("login.server"), hint: t(`failure.${error.kind}`, { detail: error.detail }) };
  }
}
