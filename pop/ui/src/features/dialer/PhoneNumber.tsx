import { ActionIcon } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../app/desk";
import { useSettings } from "../../app/useSettings";
import { formatPhone } from "../../core/format";
import type { Phone } from "../../protocol/types";
import classes from "./dialer.module.css";
import { useDial } from "./useDial";

interface Props {
  phone: Phone;
  contactId?: string;
  callbackId?: string;
}

/** A number that can be called by a click: every number that a page shows is one of these. */
export function PhoneNumber({ phone, contactId, callbackId }: Props) {
  const { t } = useTranslation();
  const number = formatPhone(phone);
  if (!number) return <span>{t(phone.kind === "anonymous" ? "card.anonymous" : "card.noNumber")}</span>;
  return (
    <span className={`number ${classes.phone}`}>
      {number}
      <CallNumber
        number={phone.number || phone.raw}
        words={number}
        contactId={contactId}
        callbackId={callbackId}
      />
    </span>
  );
}

export const plain = (number: string): Phone => ({ number, raw: number, ext: "", kind: "e164" });

interface ButtonProps {
  number: string;
  words: string;
  contactId?: string;
  callbackId?: string;
}

/** The button alone, for numbers that stand in a line of their own. */
export function CallNumber({ number, words, contactId, callbackId }: ButtonProps) {
  const { t } = useTranslation();
  const { control } = useSettings();
  const user = useUser();
  const { busy, dial } = useDial();
  if (!control || !user.interface) return null;
  const label = t("callbacks.call", { number: words });
  return (
    <ActionIcon
      variant="subtle"
      size="sm"
      title={label}
      aria-label={label}
      loading={busy}
      onClick={() =>
        void dial({
          number,
          ...(contactId && { contact_id: contactId }),
          ...(callbackId && { callback_id: callbackId }),
        })
      }
    >
      <IconPhone size={15} />
    </ActionIcon>
  );
}
