import { ActionIcon } from "@mantine/core";
import { IconHelpCircle } from "@tabler/icons-react";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { type CallInQuestion, Why } from "./why";

export function WhyButton({ call }: { call: CallInQuestion }) {
  const { t } = useTranslation();
  const ask = useContext(Why);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      title={t("trace.why")}
      aria-label={t("trace.open", { title: call.title })}
      data-key="why"
      aria-haspopup="dialog"
      onClick={() => ask(call)}
    >
      <IconHelpCircle size={16} />
    </ActionIcon>
  );
}
