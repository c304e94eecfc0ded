import { MultiSelect, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { labelOf, useSettings } from "../../../app/useSettings";
import type { CardEntry } from "../../../core/cards";
import type { Labelled } from "../../../protocol/types";
import { useResult } from "./useResult";
import classes from "./work.module.css";
import { isWorked, useMe } from "./worked";

/** What came of the call, and why the client called: one result, any number of reasons. */
export function ResultBlock({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const { results, reasons } = useSettings();
  const choice = useResult(entry.card);
  const me = useMe();
  const by = entry.card.result;
  if (!isWorked(entry) || results.length + reasons.length === 0) return null;
  return (
    <section className={classes.outcome}>
      <div data-key="result" className={classes.lists}>
        <List
          label={t("notes.result")}
          words={results}
          chosen={choice.result ? [choice.result] : []}
          onToggle={choice.setResult}
        />
        <List
          label={t("notes.reasons")}
          words={reasons}
          several
          chosen={choice.reasons}
          onToggle={choice.toggleReason}
          onChoose={choice.setReasons}
        />
      </div>
      {by && by.agent !== me && by.agent_name && (
        <p className={classes.progress}>{t("notes.resultBy", { name: by.agent_name })}</p>
      )}
    </section>
  );
}

interface ListProps {
  label: string;
  words: readonly Labelled[];
  chosen: readonly string[];
  several?: boolean;
  onToggle(id: string): void;
  onChoose?(ids: readonly string[]): void;
}

/** Beyond this many a list is searched, not read. */
const readable = 9;

function List(props: ListProps) {
  if (props.words.length === 0) return null;
  return props.words.length > readable ? <LongList {...props} /> : <Chips {...props} />;
}

function Chips({ label, words, chosen, onToggle }: ListProps) {
  const { i18n } = useTranslation();
  return (
    <fieldset className={classes.chips}>
      <legend>{label}</legend>
      {words.map((word) => (
        <button
          key={word.id}
          type="button"
          className={classes.chip}
          aria-pressed={chosen.includes(word.id)}
          onClick={() => onToggle(word.id)}
        >
          {labelOf(word, i18n.language)}
        </button>
      ))}
    </fieldset>
  );
}

function LongList({ label, words, chosen, several, onToggle, onChoose }: ListProps) {
  const { i18n } = useTranslation();
  const data = words.map((word) => ({ value: word.id, label: labelOf(word, i18n.language) }));
  const common = { size: "xs", placeholder: label, "aria-label": label, data, searchable: true } as const;
  if (several) return <MultiSelect {...common} value={[...chosen]} onChange={(ids) => onChoose?.(ids)} />;
  return (
    <Select
      {...common}
      clearable
      value={chosen[0] ?? null}
      onChange={(id) => onToggle(id ?? chosen[0] ?? "")}
    />
  );
}
