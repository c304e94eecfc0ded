import { Button, Group, Text, Textarea } from "@mantine/core";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useWatch } from "../../../app/desk";
import { useFailure } from "../../../app/useFailure";
import { useNow } from "../../../app/useNow";
import type { CardEntry } from "../../../core/cards";
import { when } from "../../../core/format";
import type { NoteDraft, NoteState } from "../../../core/notes";
import type { Note } from "../../../protocol/types";
import { Part } from "../blocks/Part";
import classes from "./work.module.css";
import { isWorked, useMe } from "./worked";

/** What colleagues wrote of this call, and a field of one's own. */
export function NotesBlock({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const me = useMe();
  const others = entry.card.notes.filter((note) => note.agent !== me && note.text !== "");
  const worked = isWorked(entry);
  if (!worked && others.length === 0) return null;
  return (
    <Part title={t("notes.title")}>
      {others.map((note) => (
        <Theirs key={note.agent} note={note} />
      ))}
      {worked && <Mine entry={entry} note={entry.card.notes.find((note) => note.agent === me)} />}
    </Part>
  );
}

function Theirs({ note }: { note: Note }) {
  const { i18n } = useTranslation();
  const now = useNow(60_000);
  return (
    <div className={classes.theirs}>
      <Text size="xs" c="dimmed">
        {note.agent_name || note.agent} ·{" "}
        <time className="number" dateTime={note.updated_at}>
          {when(note.updated_at, now, i18n.language)}
        </time>
      </Text>
      <p>{note.text}</p>
    </div>
  );
}

function useDraft(entry: CardEntry, note: Note | undefined): NoteDraft {
  const { notes } = useDesk();
  const { key, card } = entry;
  const [draft] = useState(() => notes.of(key, card.call_id));
  useEffect(() => {
    notes.of(key, card.call_id); // a merge renames the call
    if (note) draft.receive(note);
  }, [notes, draft, key, card.call_id, note]);
  useEffect(() => () => notes.leave(key), [notes, key]);
  return draft;
}

function Mine({ entry, note }: { entry: CardEntry; note: Note | undefined }) {
  const { t } = useTranslation();
  const draft = useDraft(entry, note);
  const state = useWatch(draft);
  const id = useId();
  return (
    <>
      <Textarea
        aria-label={t("notes.mine")}
        aria-describedby={id}
        placeholder={t("notes.placeholder")}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4000}
        data-key="note"
        value={state.text}
        onChange={(event) => draft.type(event.currentTarget.value)}
        onBlur={() => draft.flush()}
      />
      <Progress id={id} state={state} />
      {state.theirs && <Conflict draft={draft} theirs={state.theirs} />}
    </>
  );
}

/** One line that is always there, so that nothing moves while one types. */
function Progress({ id, state }: { id: string; state: NoteState }) {
  const { t, i18n } = useTranslation();
  const words = useFailure();
  const now = useNow(60_000);
  const text = {
    clean: state.savedAt ? t("notes.saved", { time: when(state.savedAt, now, i18n.language) }) : "",
    typed: "",
    saving: t("notes.saving"),
    waiting: t("notes.waiting"),
    conflict: "",
    failed: t("notes.failed", { detail: words(state.error) }),
  }[state.status];
  const loud = state.status === "waiting" || state.status === "failed";
  return (
    <p id={id} className={classes.progress} data-loud={loud || undefined} role={loud ? "alert" : undefined}>
      {text}
    </p>
  );
}

function Conflict({ draft, theirs }: { draft: NoteDraft; theirs: Note }) {
  const { t } = useTranslation();
  return (
    <div className={classes.conflict} role="alert">
      <p>{t("notes.conflict")}</p>
      <blockquote>{theirs.text}</blockquote>
      <Group gap="xs">
        <Button size="compact-sm" onClick={() => draft.keepBoth()}>
          {t("notes.keepBoth")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => draft.keepMine()}>
          {t("notes.keepMine")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => draft.takeTheirs()}>
          {t("notes.takeTheirs")}
        </Button>
      </Group>
    </div>
  );
}
