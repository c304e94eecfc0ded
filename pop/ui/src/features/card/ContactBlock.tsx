import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { IconBuilding, IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { day } from "../../core/format";
import type { Candidate, Order } from "../../protocol/types";
import classes from "./card.module.css";

interface Props {
  contact: Candidate;
  /** Picked by an agent, so it can be picked otherwise. */
  chosen: boolean;
  onChange(): void;
}

export function ContactBlock({ contact, chosen, onChange }: Props) {
  const { t } = useTranslation();
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
      {contact.notes && <p className={classes.note}>{contact.notes}</p>}
      <Orders orders={contact.orders} />
    </div>
  );
}

export function ContactName({ contact }: { contact: Candidate }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="wrap">
      <Text fw={600} component="span" className={classes.name}>
        {contact.name}
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
    </Group>
  );
}

export function Company({ contact }: { contact: Candidate }) {
  if (!contact.company) return null;
  return (
    <Text size="sm" c="dimmed" className={classes.company}>
      <IconBuilding size={15} aria-hidden /> {contact.company}
    </Text>
  );
}

function Responsible({ user }: { user: string }) {
  const { t } = useTranslation();
  const name = useDeskState((state) => state.agents.get(user)?.name ?? user);
  const mine = useDeskState((state) => state.self?.agent === user);
  if (user === "") return null;
  return (
    <Field name={t("card.responsible")}>
      {name} {mine && `(${t("card.responsibleYou")})`}
    </Field>
  );
}

const Field = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className={classes.field}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Orders({ orders }: { orders: Order[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow(0);
  if (orders.length === 0) return null;
  return (
    <section className={classes.part}>
      <h4>{t("card.orders")}</h4>
      <ul className={classes.rows}>
        {orders.slice(0, 5).map((order) => (
          <li key={order.id} className={classes.row}>
            <span className={classes.grow}>{order.title}</span>
            <span className={classes.tail}>
              {order.status && <span className={classes.quiet}>{order.status}</span>}
              {order.amount && <span className="number">{order.amount}</span>}
              <time className={`number ${classes.quiet}`} dateTime={order.at}>
                {day(order.at, now, i18n.language)}
              </time>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
