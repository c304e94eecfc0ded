import { Button, Loader, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowForwardUp, IconMessage, IconSearch, IconX } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../../app/desk";
import { useFailure } from "../../../app/useFailure";
import { formatNumber } from "../../../core/format";
import type { TransferKind } from "../../../core/workApi";
import type { DirectoryEntry } from "../../../protocol/types";
import { PresenceMark } from "../../agent/presence";
import type { CallControl } from "../useCall";
import classes from "./control.module.css";

interface Props {
  call: CallControl;
  onClose(): void;
}

/** To whom: colleagues with their presence, queues, contacts, or a number that was typed. */
export default function TransferPanel({ call, onClose }: Props) {
  const { t } = useTranslation();
  const { found, text, setText, loading, fault } = useDirectory();
  const list = useRef<HTMLUListElement>(null);
  const transfer = async (to: string, kind: TransferKind) => {
    if (await call.transfer(to, kind)) onClose();
  };
  const walk = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(list.current, event.key === "ArrowDown" ? 1 : -1);
    }
  };
  return (
    <section className={classes.panel} aria-label={t("card.transfer.title")} onKeyDown={walk}>
      <div className={classes.find}>
        <TextInput
          size="xs"
          type="search"
          autoFocus
          autoComplete="off"
          className={classes.grow}
          label={t("card.transfer.to")}
          placeholder={t("card.transfer.placeholder")}
          leftSection={loading ? <Loader size={14} /> : <IconSearch size={15} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={onClose}>
          {t("card.cancel")}
        </Button>
      </div>
      <p className={classes.hint} role="status">
        {fault || (!loading && found.length === 0 ? t("card.transfer.empty") : "")}
      </p>
      <ul className={classes.targets} ref={list}>
        {found.map((entry) => (
          <Target
            key={`${entry.kind} ${entry.id} ${entry.number}`}
            entry={entry}
            busy={call.busy !== ""}
            onTransfer={(kind) => void transfer(entry.number, kind)}
          />
        ))}
      </ul>
    </section>
  );
}

/** The arrows walk the rows by their first button. */
function move(list: HTMLElement | null, by: 1 | -1): void {
  const rows = [...(list?.querySelectorAll("li") ?? [])];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? rows.at(by === 1 ? 0 : -1) : rows[at + by];
  next?.querySelector("button")?.focus();
}

/** What looks like a number can be transferred to as it is. */
const dialable = /^\+?[\d*#][\d\s()*#-]*$/;

function useDirectory() {
  const { api } = useDesk();
  const words = useFailure();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const query = useQuery({
    queryKey: ["directory", wanted],
    queryFn: () => api.work.directory(wanted),
    placeholderData: keepPreviousData,
    staleTime: 2000,
  });
  const entries = (query.data ?? []).filter((each) => each.number !== "");
  const typed = text.trim().replace(/[\s()-]/g, "");
  const asTyped: DirectoryEntry[] =
    dialable.test(text.trim()) && !entries.some((each) => each.number === typed)
      ? [{ kind: "contact", id: "", name: "", number: typed, presence: "" }]
      : [];
  const fault = query.isError ? words(query.error) : "";
  return { found: [...asTyped, ...entries], text, setText, loading: query.isFetching, fault };
}

interface TargetProps {
  entry: DirectoryEntry;
  busy: boolean;
  onTransfer(kind: TransferKind): void;
}

function Target({ entry, busy, onTransfer }: TargetProps) {
  const { t } = useTranslation();
  const name = entry.name || formatNumber(entry.number);
  return (
    <li className={classes.target}>
      <span className={classes.whom}>
        <b>{name}</b>
        {entry.name && <span className="number">{formatNumber(entry.number)}</span>}
        {entry.kind === "queue" && <span>{t("card.transfer.queue")}</span>}
        <PresenceMark presence={entry.presence} />
      </span>
      <span className={classes.ways}>
        {entry.kind !== "queue" && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconMessage size={14} />}
            disabled={busy}
            aria-label={t("card.transfer.askName", { name })}
            onClick={() => onTransfer("attended")}
          >
            {t("card.transfer.ask")}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowForwardUp size={14} />}
          disabled={busy}
          aria-label={t("card.transfer.nowName", { name })}
          onClick={() => onTransfer("blind")}
        >
          {t("card.transfer.now")}
        </Button>
      </span>
    </li>
  );
}
