import { ActionIcon, Loader, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPhone, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { formatNumber } from "../../core/format";
import type { DirectoryEntry } from "../../protocol/types";
import { PresenceMark } from "../agent/presence";
import { asTyped } from "./asTyped";
import classes from "./dialer.module.css";
import { dialled } from "./number";
import { useDial } from "./useDial";

interface Props {
  /** From a link: filled in, never dialled by itself. */
  first: string;
  onDone(): void;
}

/** A number, or a name that has one. */
export default function Dialer({ first, onDone }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => asTyped(first));
  const { busy, dial } = useDial();
  const { found, loading } = useFound(text);
  const list = useRef<HTMLUListElement>(null);
  const number = dialled(text);
  const call = async (wanted: string, contact?: string) => {
    if (await dial({ number: wanted, ...(contact && { contact_id: contact }) })) onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (number) void call(number);
    else list.current?.querySelector("button")?.focus();
  };
  return (
    <form onSubmit={submit} onKeyDown={(event) => walk(event, list.current)} aria-label={t("dialer.open")}>
      <div className={classes.line}>
        <TextInput
          className={classes.grow}
          label={t("dialer.number")}
          placeholder={t("dialer.placeholder")}
          description={t("dialer.hint")}
          inputWrapperOrder={["label", "input", "description"]}
          autoComplete="off"
          data-autofocus
          leftSection={loading ? <Loader size={14} /> : <IconSearch size={15} aria-hidden />}
          value={text}
          onChange={({ currentTarget: { value, selectionEnd } }) =>
            setText(selectionEnd === value.length ? asTyped(value) : value)
          }
        />
        <ActionIcon
          type="submit"
          variant="filled"
          color="#1b7f4d"
          size={36}
          className={classes.call}
          aria-label={t("dialer.call")}
          disabled={!number}
          loading={busy}
        >
          <IconPhone size={18} />
        </ActionIcon>
      </div>
      <p className={classes.empty} role="status">
        {text.trim() !== "" && !number && !loading && found.length === 0 ? t("dialer.empty") : ""}
      </p>
      <ul className={classes.found} ref={list}>
        {found.map((entry) => (
          <li key={`${entry.kind} ${entry.id} ${entry.number}`}>
            <button
              type="button"
              className={classes.entry}
              disabled={busy}
              onClick={() => void call(entry.number, entry.kind === "contact" ? entry.id : "")}
            >
              <span className="visually-hidden">{t("dialer.call")} </span>
              <b>{entry.name}</b>
              <span className="number">{formatNumber(entry.number)}</span>
              <PresenceMark presence={entry.presence} />
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}

/** The arrows lead from the field through what was found. */
function walk(event: KeyboardEvent<HTMLElement>, list: HTMLElement | null): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const buttons = [...(list?.querySelectorAll("button") ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  event.preventDefault();
  if (next < 0) event.currentTarget.querySelector("input")?.focus();
  else buttons[next]?.focus();
}

function useFound(text: string): { found: DirectoryEntry[]; loading: boolean } {
  const { api } = useDesk();
  const typed = text.trim();
  const [wanted] = useDebouncedValue(dialled(typed) || typed, 150);
  const query = useQuery({
    queryKey: ["directory", wanted],
    queryFn: () => api.work.directory(wanted),
    enabled: wanted.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 2000,
  });
  const found = wanted.length >= 2 ? (query.data ?? []) : [];
  return {
    found: found.filter((each) => each.number !== "" && each.kind !== "queue").slice(0, 8),
    loading: query.isFetching,
  };
}
