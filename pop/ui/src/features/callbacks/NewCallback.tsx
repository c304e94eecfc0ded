import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useUser } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { useTitles } from "../../app/useTitles";
import { when } from "../../core/format";
import { asTyped } from "../dialer/asTyped";
import { dialled } from "../dialer/number";
import classes from "./callbacks.module.css";
import { TimeChoice } from "./TimeChoice";

interface Props {
  /** From a card: the client whom it is promised to. */
  number?: string;
  contactId?: string;
  onDone(): void;
}

/** A call that an agent promises to a client. */
export default function NewCallback({ number = "", contactId = "", onDone }: Props) {
  const { t, i18n } = useTranslation();
  const { api, store } = useDesk();
  const { queues } = useUser();
  const titles = useTitles();
  const words = useFailure();
  const [phone, setPhone] = useState(() => asTyped(number));
  const [due, setDue] = useState("");
  const [note, setNote] = useState("");
  const [queue, setQueue] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const wrong = tried && !dialled(phone) ? t("callbacks.numberWanted") : "";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!dialled(phone)) return;
    setBusy(true);
    try {
      const made = await api.callbacks.promise({
        number: dialled(phone),
        ...(due && { due }),
        ...(note.trim() && { note: note.trim() }),
        ...(queue && { queue }),
        ...(contactId && { contact_id: contactId }),
      });
      store.setCallback(made);
      onDone();
    } catch (error) {
      setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={classes.promise} onSubmit={submit} aria-label={t("callbacks.new")} noValidate>
      <TextInput
        size="xs"
        label={t("callbacks.number")}
        type="tel"
        required
        data-autofocus
        autoComplete="off"
        error={wrong}
        value={phone}
        onChange={(event) => setPhone(asTyped(event.currentTarget.value))}
      />
      <TimeChoice label={t("callbacks.callAt")} value={due} onChange={setDue} />
      <Textarea
        size="xs"
        autosize
        minRows={1}
        maxRows={5}
        maxLength={2000}
        label={t("callbacks.about")}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {queues.length > 0 && (
        <Select
          size="xs"
          clearable
          label={t("callbacks.alsoBy")}
          placeholder={t("callbacks.onlyMe")}
          data={queues.map((value) => ({ value, label: titles.queue(value) }))}
          value={queue}
          onChange={setQueue}
          comboboxProps={{ withinPortal: false }}
          clearButtonProps={{ "aria-label": t("callbacks.onlyMe") }}
        />
      )}
      {failure && (
        <p role="alert" className={classes.fault}>
          {t("callbacks.failed", { detail: failure })}
        </p>
      )}
      <div className={classes.chips}>
        <Button type="submit" size="compact-sm" loading={busy}>
          {t("callbacks.promise")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          {t("callbacks.cancel")}
        </Button>
        {due === "" && (
          <span className={classes.follows}>
            {t("callbacks.untold", {
              when: when(
                new Date(store.serverNow() + 20 * 60_000).toISOString(),
                store.serverNow(),
                i18n.language,
              ),
            })}
          </span>
        )}
      </div>
    </form>
  );
}
