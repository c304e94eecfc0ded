import { Alert, Loader, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBuilding, IconSearch, IconUser } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import type { Candidate } from "../../protocol/types";
import { PhoneNumber, plain } from "../dialer/PhoneNumber";
import classes from "./contacts.module.css";

const route = getRouteApi("/contacts");
const shortest = 2;

/** Finds people and companies; the address holds what was looked for. */
export function ContactsPage() {
  const { t } = useTranslation();
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title={t("nav.contacts")}>
      <search className={classes.search}>
        <TextInput
          type="search"
          data-key="search"
          autoComplete="off"
          aria-label={t("contacts.search")}
          placeholder={t("card.searchPlaceholder")}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={q}
          onChange={(event) => void navigate({ search: { q: event.currentTarget.value }, replace: true })}
        />
      </search>
      <Found text={q.trim()} />
    </Page>
  );
}

function Found({ text }: { text: string }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [wanted] = useDebouncedValue(text, 200);
  const asked = wanted.length >= shortest;
  const query = useQuery({
    queryKey: ["contacts", wanted],
    queryFn: () => api.contacts(wanted),
    enabled: asked,
    placeholderData: keepPreviousData,
  });
  if (!asked) return <Nothing title={t("contacts.start")} hint={t("contacts.startHint")} />;
  if (query.isPending) return <Waiting />;
  if (!query.data)
    return (
      <Alert color="red" m="md" title={t("contacts.failed")}>
        {words(query.error)}
      </Alert>
    );
  if (query.data.length === 0) return <Nothing title={t("contacts.none")} hint={t("contacts.noneHint")} />;
  return (
    <ul className={classes.list} aria-label={t("nav.contacts")} aria-busy={query.isFetching}>
      {query.data.map((each) => (
        <Row key={each.id} contact={each} />
      ))}
    </ul>
  );
}

function Row({ contact }: { contact: Candidate }) {
  const Icon = contact.is_company ? IconBuilding : IconUser;
  return (
    <li className={classes.row}>
      <Icon size={17} aria-hidden />
      <Link to="/contacts/$id" params={{ id: contact.id }} className={classes.name}>
        {contact.name}
      </Link>
      <Text size="sm" c="dimmed" className={classes.company}>
        {contact.company}
      </Text>
      <span className={classes.numbers}>
        {contact.phones.slice(0, 2).map((number) => (
          <PhoneNumber key={number} phone={plain(number)} contactId={contact.id} />
        ))}
      </span>
    </li>
  );
}

const Waiting = () => (
  <Stack gap="xs" p="md">
    <Loader size="sm" />
    <Skeleton height={36} />
    <Skeleton height={36} />
  </Stack>
);
