import { Loader, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import type { Candidate } from "../../protocol/types";
import { CandidateList } from "./CandidateList";
import classes from "./card.module.css";

interface Props {
  /** Already on the card, so not found again. */
  known: readonly Candidate[];
  busy: string;
  onChoose(id: string): void;
}

const shortest = 2;

/** Finds a contact while the agent types. */
export default function ContactSearch({ known, busy, onChoose }: Props) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const query = useQuery({
    queryKey: ["contacts", wanted],
    queryFn: () => api.contacts(wanted),
    enabled: wanted.length >= shortest,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const asked = wanted.length >= shortest;
  const found = asked
    ? (query.data ?? []).filter((each) => !known.some((other) => other.id === each.id))
    : [];
  const answer = !asked ? "" : query.isError ? t("card.searchFailed") : query.data ? count() : "";
  function count(): string {
    return found.length === 0 ? t("card.searchEmpty") : t("card.searchFound", { count: found.length });
  }
  return (
    <div className={classes.search}>
      <TextInput
        label={t("card.search")}
        placeholder={t("card.searchPlaceholder")}
        type="search"
        autoComplete="off"
        leftSection={query.isFetching ? <Loader size={14} /> : <IconSearch size={15} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" role="status" mt={4} mih={18}>
        {answer}
      </Text>
      <div className={classes.found}>
        <CandidateList candidates={found.map(asFound)} searched chosen="" busy={busy} onChoose={onChoose} />
      </div>
    </div>
  );
}

/** What the agent himself looked for is no guess of ours. */
const asFound = (contact: Candidate): Candidate => ({ ...contact, certain: true });
