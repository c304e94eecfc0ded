import { Alert, Anchor, Badge, Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { useNow } from "../../app/useNow";
import { useLabels, useSettings } from "../../app/useSettings";
import { useTitles } from "../../app/useTitles";
import { ApiError } from "../../core/api";
import { clock, formatPhone, secondsBetween, when } from "../../core/format";
import type { CallRecord } from "../../protocol/types";
import { PhoneNumber } from "../dialer/PhoneNumber";
import { Hold } from "../recordings/Hold";
import { Recordings } from "../recordings/Recordings";
import { WhyButton } from "../trace/WhyButton";
import { CallRow } from "./CallRow";
import { CallSteps } from "./CallSteps";
import classes from "./calls.module.css";
import { OutcomeIcon } from "./OutcomeIcon";
import { useCalls } from "./useCalls";

const route = getRouteApi("/calls/$id");

/** One call: who, when, its whole way, notes, recordings, and the client's other calls. */
export function CallPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { api } = useDesk();
  const words = useFailure();
  const query = useQuery({ queryKey: ["calls", "one", id], queryFn: () => api.lists.call(id), retry: false });
  if (query.isPending) return <Placeholder />;
  if (!query.data) {
    const gone = query.error instanceof ApiError && ["not_found", "forbidden"].includes(query.error.kind);
    return (
      <Page title={t("nav.calls")}>
        {gone ? (
          <Nothing title={t("calls.gone")} hint={t("calls.goneHint")} />
        ) : (
          <Alert color="red" m="md" title={t("calls.failed")}>
            <Text size="sm">{words(query.error)}</Text>
            <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
              {t("app.retry")}
            </Button>
          </Alert>
        )}
        <Text ta="center" pb="xl">
          <Link to="/calls">{t("calls.back")}</Link>
        </Text>
      </Page>
    );
  }
  return <Whole call={query.data} />;
}

function Whole({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const name = call.contact_name || call.client_name;
  const titles = useTitles();
  const title = name || formatPhone(call.client) || t("calls.unknown");
  return (
    <Page title={title} tools={<WhyButton call={{ id: call.call_id, title, live: call.ended === "" }} />}>
      <div className={`${classes.part} ${classes.summary}`}>
        <OutcomeIcon direction={call.direction} missed={call.missed} />
        <span className={classes.big}>
          <PhoneNumber phone={call.client} contactId={call.contact_id} />
        </span>
        {call.contact_id && call.contact_name && (
          <Anchor
            renderRoot={(props) => <Link to="/contacts/$id" params={{ id: call.contact_id }} {...props} />}
          >
            {call.contact_name}
          </Anchor>
        )}
        <Badge variant="light" color={call.missed ? "red" : "gray"} tt="none">
          {t(`calls.outcome.${call.outcome || "running"}`)}
        </Badge>
        <time className="number" dateTime={call.started}>
          {when(call.started, now, i18n.language)}
        </time>
        {call.answered && call.ended && (
          <span className="number">{clock(secondsBetween(call.answered, call.ended))}</span>
        )}
        {call.did && (
          <Text size="sm" c="dimmed" span>
            {t("calls.called", { line: titles.line(call.did) })}
          </Text>
        )}
      </div>
      <Outcome call={call} />
      {call.recordings.length > 0 && (
        <Part title={t("calls.recordings")}>
          <Recordings recordings={call.recordings} />
          <Hold recordings={call.recordings} />
        </Part>
      )}
      <Part title={t("calls.way")}>
        <CallSteps call={call} />
      </Part>
      {call.client.number && <Others call={call} />}
    </Page>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={classes.part}>
    <h3>{title}</h3>
    {children}
  </section>
);

function Outcome({ call }: { call: CallRecord }) {
  const { t } = useTranslation();
  const { results, reasons } = useSettings();
  const result = useLabels(results);
  const reason = useLabels(reasons);
  const said = call.result;
  if (!said && call.notes.length === 0) return null;
  return (
    <Part title={t("calls.notes")}>
      {said && (said.result || said.reasons.length > 0) && (
        <p className={classes.words}>
          <b>{said.result && result(said.result)}</b> {said.reasons.map(reason).join(", ")}
        </p>
      )}
      {call.notes.map((note) => (
        <p key={note.agent} className={classes.words}>
          <Text span size="sm" c="dimmed">
            {note.agent_name || note.agent}:
          </Text>{" "}
          {note.text}
        </p>
      ))}
    </Part>
  );
}

function Others({ call }: { call: CallRecord }) {
  const { t } = useTranslation();
  const query = useCalls({ number: call.client.number });
  const others = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(
    (each) => each.call_id !== call.call_id,
  );
  return (
    <Part title={t("calls.others")}>
      {query.isPending && <Skeleton height={44} />}
      {query.isSuccess && others.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("calls.othersNone")}
        </Text>
      )}
      <ul className={classes.list} aria-label={t("calls.others")}>
        {others.slice(0, 8).map((each) => (
          <CallRow key={each.call_id} call={each} />
        ))}
      </ul>
      {others.length > 8 && (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/calls" search={{ number: call.client.number }} {...props} />}
        >
          {t("calls.allOf")}
        </Anchor>
      )}
    </Part>
  );
}

function Placeholder() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.calls")}>
      <Stack gap="sm" p="md" aria-busy>
        <Skeleton height={28} width="50%" />
        <Skeleton height={90} />
        <Skeleton height={120} />
      </Stack>
    </Page>
  );
}
