import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useAct } from "./useAct";
import classes from "./webhooks.module.css";

const formats = ["callcard", "cloudevents", "zammad-cti", "sipgate"];
const usual = ["call.ended", "call.*", "callback.*", "recording.stored", "agent.mode", "*"];

/** A new endpoint; its secret is shown once, here. */
export function NewEndpoint({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const { busy, fault, act } = useAct();
  const [secret, setSecret] = useState("");
  const form = useForm({ initialValues: { url: "", format: "callcard", events: ["*"] } });
  if (secret) return <Secret text={secret} onDone={onDone} />;
  const submit = form.onSubmit(
    (values) => void act(async () => setSecret((await api.webhooks.add(values)).secret)),
  );
  return (
    <form className={classes.form} onSubmit={submit} aria-label={t("webhooks.add")}>
      <TextInput
        data-autofocus
        required
        type="url"
        label={t("webhooks.url")}
        placeholder="https://crm.example.com/callcard"
        {...form.getInputProps("url")}
      />
      <Group grow align="flex-start">
        <Select
          label={t("webhooks.format")}
          data={formats}
          allowDeselect={false}
          {...form.getInputProps("format")}
        />
        <TagsInput label={t("webhooks.events")} data={usual} {...form.getInputProps("events")} />
      </Group>
      {fault && <Alert color="red">{fault}</Alert>}
      <Group>
        <Button type="submit" loading={busy}>
          {t("webhooks.save")}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          {t("webhooks.cancel")}
        </Button>
      </Group>
    </form>
  );
}

export function Secret({ text, onDone }: { text: string; onDone(): void }) {
  const { t } = useTranslation();
  return (
    <Alert m="md" title={t("webhooks.secretTitle")} role="status">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t("webhooks.secretHint")}</Text>
        <Code className={classes.secret}>{text}</Code>
        <Group>
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {t(copied ? "webhooks.copied" : "webhooks.copy")}
              </Button>
            )}
          </CopyButton>
          <Button size="xs" onClick={onDone}>
            {t("webhooks.secretKept")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
