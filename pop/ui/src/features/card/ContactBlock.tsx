import { Anchor, Badge, Button, Group, Spoiler, Text } from "@mantine/core";
import { IconBuilding, IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import type { Candidate, Card } from "../../protocol/types";
import { PresenceMark, presenceOf } from "../agent/presence";
import classes from "./card.module.css";

interface Props {
  contact: Candidate;
  card: Card;
  onChange(): void;
}

export function ContactBlock({ contact, card, onChange }: Props) {
  const { t } = useTranslation();
  const chosen = card.chosen_id !== "";
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <div className={classes.person}>
          <ContactName contact={contact} />
          <Company contact={contact} />
        </div>
        <Button
          data-key="change"
          size="compact-sm"
          variant="subtle"
          color="gray"
          className={classes.fixed}
          onClick={onChange}
        >
          {t(chosen ? "card.change" : "card.someoneElse")}
        </Button>
      </Group>
      <dl className={classes.fields}>
        <Responsible user={contact.responsible} />
        {contact.email && <Field name={t("card.email")}>{contact.email}</Field>}
        {contact.url && (
          <Field name="CRM">
            <Anchor href={contact.url} target="_blank" rel="noreferrer" size="sm">
              {t("card.open")} <IconExternalLink size={14} aria-hidden />
            </Anchor>
          </Field>
        )}
      </dl>
      {contact.notes && (
        <Spoiler
          className={classes.note}
          maxHeight={66}
          showLabel={t("card.noteMore")}
          hideLabel={t("card.noteLess")}
        >
          {contact.notes}
        </Spoiler>
      )}
    </div>
  );
}

export function ContactName({ contact, children }: { contact: Candidate; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="wrap">
      <Text fw={600} component="span" className={classes.name}>
        {contact.name}
        {contact.is_company && (
          <>
            {"\u00a0"}
            <IconBuilding size={16} role="img" aria-label={t("card.company")} className={classes.kind} />
          </>
        )}
      </Text>
      {contact.vip && (
        <Badge size="sm" color="yellow" variant="filled" autoContrast radius="sm">
          {t("card.vip")}
        </Badge>
      )}
      {!contact.certain && (
        <Badge size="sm" color="gray" variant="outline" radius="sm" title={t("card.maybeHint")}>
          {t("card.maybe")}
        </Badge>
      )}
      {children}
    </Group>
  );
}

export function Company({ contact }: { contact: Candidate }) {
  if (!contact.company || contact.company === contact.name) return null;
  return (
    <Text size="sm" c="dimmed" className={classes.company}>
      <IconBuilding size={15} aria-hidden /> {contact.company}
    </Text>
  );
}

function Responsible({ user }: { user: string }) {
  const { t } = useTranslation();
  const agent = useDeskState((state) => state.agents.get(user));
  const mine = useDeskState((state) => state.self?.agent === user);
  if (user === "") return null;
  return (
    <Field name={t("card.responsible")}>
      {agent?.name || user} {mine && `(${t("card.responsibleYou")})`}
      {agent && !mine && <PresenceMark presence={presenceOf(agent)} />}
    </Field>
  );
}

const Field = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className={classes.field}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
