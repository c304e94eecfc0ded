import { Button, Modal, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useOpened } from "../../app/useOpened";

interface Props {
  opened: boolean;
  onClose(): void;
  onReason(reason: string): void;
}

/** A reason of the agent's own. */
export default function ReasonDialog({ opened, onClose, onReason }: Props) {
  const { t } = useTranslation();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "").trim();
    if (reason) onReason(reason);
  };
  return (
    <Modal
      opened={useOpened(opened)}
      onClose={onClose}
      title={t("agent.reasonTitle")}
      size="sm"
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <form onSubmit={submit}>
        <TextInput name="reason" label={t("agent.otherReason")} maxLength={60} data-autofocus required />
        <Button type="submit" mt="md">
          {t("agent.setReason")}
        </Button>
      </form>
    </Modal>
  );
}
