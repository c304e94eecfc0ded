import { Alert, Button, Checkbox, Group, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import type { Card, Contact } from "../../protocol/types";
import classes from "./card.module.css";

interface Props {
  card: Pick<Card, "client" | "call_id">;
  onCancel(): void;
  onCreated(contact: Contact): void;
}

/** A new contact, prefilled with what the call tells: its number and the network's name for it. */
export default function NewContactForm({ card, onCancel, onCreated }: Props) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", phone: card.client.number, company: "", email: "", notes: "", vip: false },
    validate: { name: (name) => (name.trim() === "" ? t("card.nameMissing") : null) },
  });
  const submit = form.onSubmit(async ({ phone, ...rest }) => {
    setBusy(true);
    setFault("");
    try {
      const phones = phone.trim() === "" ? [] : [phone.trim()];
      const made = await api.createContact({
        ...rest,
        name: rest.name.trim(),
        phones,
        call_id: card.call_id,
      });
      onCreated(made);
    } catch (error) {
      setFault(t("card.saveFailed", { detail: words(error) }));
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate aria-label={t("card.newContact")} className={classes.form}>
      {fault && (
        <Alert color="red" p="xs" mb="xs" role="alert">
          {fault}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing="xs">
        <TextInput
          label={t("card.name")}
          required
          autoFocus
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <TextInput
          label={t("card.phone")}
          type="tel"
          key={form.key("phone")}
          {...form.getInputProps("phone")}
        />
        <TextInput label={t("card.company")} key={form.key("company")} {...form.getInputProps("company")} />
        <TextInput
          label={t("card.email")}
          type="email"
          key={form.key("email")}
          {...form.getInputProps("email")}
        />
      </SimpleGrid>
      <Textarea
        label={t("card.notes")}
        autosize
        minRows={2}
        mt="xs"
        key={form.key("notes")}
        {...form.getInputProps("notes")}
      />
      <Group justify="space-between" mt="sm">
        <Checkbox
          label={t("card.vipField")}
          key={form.key("vip")}
          {...form.getInputProps("vip", { type: "checkbox" })}
        />
        <Group gap="xs">
          <Button size="xs" variant="subtle" color="gray" onClick={onCancel}>
            {t("card.cancel")}
          </Button>
          <Button size="xs" type="submit" loading={busy}>
            {t("card.save")}
          </Button>
        </Group>
      </Group>
    </form>
  );
}
