import { Button, Group, Skeleton, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSearch, IconUserOff, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { useNow } from "../../app/useNow";
import { formatPhone, when } from "../../core/format";
import type { CallRecord, Contact } from "../../protocol/types";
import { CandidateList } from "../card/CandidateList";
import ContactSearch from "../card/ContactSearch";
import NewContactForm from "../card/NewContactForm";
import { PhoneNumber } from "../dialer/PhoneNumber";
import { Recordings } from "../recordings/Recordings";
import classes from "./unresolved.module.css";

interface Props {
  call: CallRecord;
  onDone(): void;
}

/** Who was it? One of those with the number, somebody found, somebody new, or nobody. */
export function Sorting({ call, onDone }: Props) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const [tool, setTool] = useState<"" | "find" | "create">("");
  const sort = useSort(call, onDone);
  const { number } = call.client;
  const query = useQuery({
    queryKey: ["contacts", "phone", number],
    queryFn: () => api.lists.withNumber(number),
  });
  const known = query.data ?? [];
  return (
    <section className={classes.work} aria-label={t("unresolved.who")}>
      <Facts call={call} />
      <h3>{t("unresolved.who")}</h3>
      <div className={classes.candidates}>
        {query.isPending && <Skeleton height={56} />}
        {query.isSuccess && known.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("unresolved.nobody")}
          </Text>
        )}
        <CandidateList
          candidates={known}
          chosen=""
          busy={sort.busy}
          onChoose={(id) => sort.choose(id, known.find((each) => each.id === id)?.name ?? "")}
        />
      </div>
      {tool === "find" && (
        <ContactSearch known={known} busy={sort.busy} onChoose={(id) => sort.choose(id, "")} />
      )}
      {tool === "create" && (
        <NewContactForm card={call} onCancel={() => setTool("")} onCreated={sort.created} />
      )}
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          data-key="find"
          leftSection={<IconSearch size={15} />}
          onClick={() => setTool("find")}
        >
          {t("unresolved.find")}
        </Button>
        <Button
          size="xs"
          variant="default"
          data-key="create"
          leftSection={<IconUserPlus size={15} />}
          onClick={() => setTool("create")}
        >
          {t("card.newContact")}
        </Button>
        <Button
          size="xs"
          variant="default"
          data-key="aside"
          leftSection={<IconUserOff size={15} />}
          loading={sort.busy === "aside"}
          disabled={sort.busy !== ""}
          onClick={sort.setAside}
        >
          {t("unresolved.notClient")}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt="sm" className={classes.keys}>
        {t("unresolved.keys")}
      </Text>
    </section>
  );
}

function Facts({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const queue = call.visits.at(-1)?.queue ?? "";
  return (
    <>
      <div className={classes.facts}>
        <span className={classes.number}>
          <PhoneNumber phone={call.client} />
        </span>
        {call.client_name && <span>{t("card.networkName", { name: call.client_name })}</span>}
        <Link to="/calls/$id" params={{ id: call.call_id }}>
          {when(call.started, now, i18n.language)}
        </Link>
        <Text size="sm" c="dimmed">
          {[t(`calls.outcome.${call.outcome || "running"}`), queue].filter(Boolean).join(" · ")}
        </Text>
      </div>
      {call.notes.map((note) => (
        <p key={note.agent} className={classes.note}>
          {note.agent_name || note.agent}: {note.text}
        </p>
      ))}
      {call.recordings.length > 0 && <Recordings recordings={call.recordings} />}
    </>
  );
}

/** Saves what the agent says of a call, and tells when that failed. */
function useSort(call: CallRecord, onDone: () => void) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState("");
  const number = formatPhone(call.client);
  const save = async (what: string, send: () => Promise<void>, said: string) => {
    setBusy(what);
    try {
      await send();
      notifications.show({ message: said });
      onDone();
    } catch (error) {
      setBusy("");
      notifications.show({ color: "red", message: t("unresolved.saveFailed", { detail: words(error) }) });
    }
  };
  const choose = (id: string, name: string) =>
    void save(id, () => api.choose(call.call_id, id), t("unresolved.saved", { number, name }));
  return {
    busy,
    choose,
    created: (contact: Contact) => choose(contact.id, contact.name),
    setAside: () =>
      void save("aside", () => api.lists.notAClient(call.call_id), t("unresolved.aside", { number })),
  };
}
