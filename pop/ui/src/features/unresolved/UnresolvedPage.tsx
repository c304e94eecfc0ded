import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function UnresolvedPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.unresolved")}>{null}</Page>;
}
