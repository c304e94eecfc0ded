import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";

export function ContactsPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.contacts")}>{null}</Page>;
}
