import { Alert, Anchor, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useDeskState } from "../../app/desk";
import { Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { ApiError } from "../../core/api";
import type { ContactPage as Whole } from "../../protocol/lists";
import { PhoneNumber, plain } from "../dialer/PhoneNumber";
import { ContactCalls } from "./ContactCalls";
import { ContactForm } from "./ContactForm";
import classes from "./contacts.module.css";

const route = getRouteApi("/contacts/$id");

/** A person or company: what is known, and every call. */
export function ContactPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { api } = useDesk();
  const words = useFailure();
  const query = useQuery({ queryKey: ["contact", id], queryFn: () => api.lists.contact(id), retry: false });
  if (query.data) return <Known key={id} contact={query.data} />;
  const gone = query.error instanceof ApiError && query.error.kind === "not_found";
  return (
    <Page title={t("nav.contacts")}>
      {query.isPending && (
        <Stack p="md" aria-busy>
          <Skeleton height={28} width="50%" />
          <Skeleton height={90} />
        </Stack>
      )}
      {gone && <Nothing title={t("contacts.gone")} hint={t("contacts.goneHint")} />}
      {query.isError && !gone && (
        <Alert color="red" m="md" title={t("contacts.failed")}>
          <Text size="sm">{words(query.error)}</Text>
          <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
            {t("app.retry")}
          </Button>
        </Alert>
      )}
      {query.isError && (
        <Text ta="center" pb="xl">
          <Link to="/contacts">{t("contacts.back")}</Link>
        </Text>
      )}
    </Page>
  );
}

function Known({ contact }: { contact: Whole }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title={contact.name}
      tools={
        !editing && (
          <Button size="xs" variant="default" data-key="edit" onClick={() => setEditing(true)}>
            {t("contacts.edit")}
          </Button>
        )
      }
    >
      <section className={classes.part}>
        {editing ? (
          <ContactForm contact={contact} onDone={() => setEditing(false)} />
        ) : (
          <Facts contact={contact} />
        )}
      </section>
      {contact.people.length > 0 && (
        <Part title={t("contacts.people")}>
          {contact.people.map((each) => (
            <Group key={each.id} gap="md">
              <Link to="/contacts/$id" params={{ id: each.id }}>
                {each.name}
              </Link>
              {each.phones.map((number) => (
                <PhoneNumber key={number} phone={plain(number)} contactId={each.id} />
              ))}
            </Group>
          ))}
        </Part>
      )}
      {contact.callbacks.some((each) => each.state === "open") && (
        <Part title={t("contacts.callbacks")}>
          {contact.callbacks
            .filter((each) => each.state === "open")
            .map((each) => (
              <Group key={each.id} gap="md">
                <PhoneNumber phone={each.client} callbackId={each.id} />
                <Text size="sm" c="dimmed">
                  {t("contacts.missed", { count: each.missed })}
                </Text>
              </Group>
            ))}
        </Part>
      )}
      {contact.orders.length > 0 && (
        <Part title={t("contacts.orders")}>
          {contact.orders.map((order) => (
            <Group key={order.id} gap="md">
              <span>{order.title}</span>
              <Text size="sm" c="dimmed">
                {[order.status, order.amount].filter(Boolean).join(" · ")}
              </Text>
            </Group>
          ))}
        </Part>
      )}
      <Part title={t("contacts.calls")}>
        <ContactCalls id={contact.id} />
      </Part>
    </Page>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={classes.part}>
    <h3>{title}</h3>
    {children}
  </section>
);

function Facts({ contact }: { contact: Whole }) {
  const { t } = useTranslation();
  const responsible = useDeskState(
    (state) => state.agents.get(contact.responsible)?.name ?? contact.responsible,
  );
  return (
    <>
      <div className={classes.facts}>
        {contact.vip && (
          <Badge color="yellow.4" c="dark.9">
            {t("card.vip")}
          </Badge>
        )}
        {contact.phones.map((number) => (
          <PhoneNumber key={number} phone={plain(number)} contactId={contact.id} />
        ))}
        {contact.company && <span>{contact.company}</span>}
        {contact.email && <Anchor href={`mailto:${contact.email}`}>{contact.email}</Anchor>}
        {responsible && (
          <Text size="sm" c="dimmed">
            {t("card.responsible")}: {responsible}
          </Text>
        )}
        {contact.url && (
          <Anchor href={contact.url} target="_blank" rel="noreferrer">
            {t("contacts.crm")}
          </Anchor>
        )}
      </div>
      {contact.notes && <p className={classes.words}>{contact.notes}</p>}
    </>
  );
}
