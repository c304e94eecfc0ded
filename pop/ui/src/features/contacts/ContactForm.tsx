import { Alert, Button, Checkbox, Group, SimpleGrid, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useUser } from "../../app/desk";
import { isSupervisor } from "../../app/Nav";
import { useFailure } from "../../app/useFailure";
import type { Contact } from "../../protocol/types";

interface Props {
  contact: Contact;
  onDone(): void;
}

/** Changes a contact; only fields that differ are sent, so two who edit different fields do not collide. */
export function ContactForm({ contact, onDone }: Props) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const client = useQueryClient();
  const words = useFailure();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const { name, company, email, notes, vip, is_company } = contact;
  const before = { name, company, email, notes, vip, is_company, phones: contact.phones.join("\n") };
  const form = useForm({
    initialValues: before,
    validate: { name: (value) => (value.trim() === "" ? t("card.nameMissing") : null) },
  });
  const submit = form.onSubmit(async ({ phones, ...fields }) => {
    setBusy(true);
    setFault("");
    const list = phones
      .split(/[\n,;]/)
      .map((each) => each.trim())
      .filter(Boolean);
    const changed = Object.entries(fields).filter(
      ([key, value]) => value !== before[key as keyof typeof before],
    );
    const change = { ...Object.fromEntries(changed), ...(phones !== before.phones && { phones: list }) };
    try {
      await api.lists.changeContact(contact.id, change);
      await client.invalidateQueries({ queryKey: ["contact", contact.id] });
      void client.invalidateQueries({ queryKey: ["contacts"] });
      onDone();
    } catch (error) {
      setFault(t("contacts.saveFailed", { detail: words(error) }));
      setBusy(false);
    }
  });
  const field = (key: keyof typeof before) => form.getInputProps(key);
  return (
    <form onSubmit={submit} noValidate aria-label={t("contacts.edit")}>
      {fault && (
        <Alert color="red" p="xs" mb="xs" role="alert">
          {fault}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" verticalSpacing="xs">
        <TextInput label={t("card.name")} required data-autofocus {...field("name")} />
        <TextInput label={t("card.company")} {...field("company")} />
        <TextInput label={t("card.email")} type="email" {...field("email")} />
        <Textarea
          label={t("contacts.phones")}
          description={t("contacts.phonesHint")}
          autosize
          minRows={1}
          {...field("phones")}
        />
      </SimpleGrid>
      <Textarea label={t("card.notes")} autosize minRows={3} mt="xs" {...field("notes")} />
      <Group mt="sm" gap="lg">
        <Checkbox label={t("card.vipField")} {...form.getInputProps("vip", { type: "checkbox" })} />
        <Checkbox label={t("contacts.company")} {...form.getInputProps("is_company", { type: "checkbox" })} />
        <Remove contact={contact} onFault={setFault} />
        <Group gap="xs" ml="auto">
          <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
            {t("card.cancel")}
          </Button>
          <Button size="xs" type="submit" loading={busy}>
            {t("contacts.save")}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

/** Supervisors may delete; the button asks once more in its own place. */
function Remove({ contact, onFault }: { contact: Contact; onFault(text: string): void }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const client = useQueryClient();
  const words = useFailure();
  const navigate = useNavigate();
  const [sure, setSure] = useState(false);
  if (!isSupervisor(useUser().role)) return null;
  const remove = () =>
    api.lists
      .deleteContact(contact.id)
      .then(() => {
        void client.invalidateQueries({ queryKey: ["contacts"] });
        return navigate({ to: "/contacts" });
      })
      .catch((error: unknown) => onFault(t("contacts.saveFailed", { detail: words(error) })));
  return (
    <Button size="xs" color="red" variant="light" onClick={() => (sure ? void remove() : setSure(true))}>
      {sure ? t("contacts.deleteSure", { name: contact.name }) : t("contacts.delete")}
    </Button>
  );
}
