import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function TeamPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.team")}>{null}</Page>;
}
