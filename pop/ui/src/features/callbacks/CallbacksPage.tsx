import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { CallbackList } from "./CallbackList";

export function CallbacksPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Page title={t("callbacks.title")}>
      <CallbackList onCalls={(number) => void navigate({ to: "/calls", search: { number } })} />
    </Page>
  );
}
