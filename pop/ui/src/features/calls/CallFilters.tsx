import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { IconFilterOff, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { labelOf, useSettings } from "../../app/useSettings";
import { directions, outcomes } from "../../protocol/types";
import classes from "./calls.module.css";
import { type Filter, isFiltered, noFilter } from "./useCalls";

interface Props {
  filter: Filter;
  onFilter(filter: Filter): void;
}

export function CallFilters({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  const set = (field: keyof Filter) => (value: string | null) =>
    onFilter({ ...filter, [field]: value || undefined });
  const lists = useLists();
  return (
    <search className={classes.filters}>
      <TextInput
        size="xs"
        className={classes.query}
        type="search"
        data-key="search"
        label={t("calls.search")}
        placeholder={t("calls.searchPlaceholder")}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.q ?? ""}
        onChange={(event) => set("q")(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="tel"
        label={t("calls.number")}
        value={filter.number ?? ""}
        onChange={(event) => set("number")(event.currentTarget.value)}
      />
      {(["from", "to"] as const).map((end) => (
        <TextInput
          key={end}
          size="xs"
          type="date"
          label={t(`calls.${end}`)}
          value={filter[end] ?? ""}
          onChange={(event) => set(end)(event.currentTarget.value)}
        />
      ))}
      {lists.map(({ field, label, data }) => (
        <Select
          key={field}
          size="xs"
          clearable
          searchable={data.length > 8}
          label={label}
          placeholder={t("calls.any")}
          data={data}
          value={filter[field] ?? null}
          onChange={set(field)}
        />
      ))}
      <Checkbox
        size="sm"
        pb={5}
        label={t("calls.missed")}
        checked={filter.missed === "true"}
        onChange={(event) => set("missed")(event.currentTarget.checked ? "true" : "")}
      />
      <Button
        size="xs"
        px="0.375rem"
        variant="default"
        leftSection={<IconFilterOff size={15} />}
        aria-label={t("calls.clear")}
        disabled={!isFiltered(filter)}
        onClick={() => onFilter(noFilter)}
      >
        {t("calls.clearShort")}
      </Button>
    </search>
  );
}

function useLists() {
  const { t, i18n } = useTranslation();
  const settings = useSettings();
  const agents = useDeskState((state) => state.agents);
  const named = (value: string, label: string) => ({ value, label: label || value });
  return [
    {
      field: "direction",
      label: t("calls.direction"),
      data: directions.map((each) => named(each, t(`calls.${each}`))),
    },
    {
      field: "outcome",
      label: t("calls.outcomeLabel"),
      data: outcomes.filter((each) => each !== "").map((each) => named(each, t(`calls.outcome.${each}`))),
    },
    {
      field: "queue",
      label: t("calls.queue"),
      data: settings.queues.map((each) => named(each.name, each.title)),
    },
    {
      field: "agent",
      label: t("calls.agent"),
      data: [...agents.values()].map((each) => named(each.agent, each.name)),
    },
    {
      field: "result",
      label: t("calls.result"),
      data: settings.results.map((each) => named(each.id, labelOf(each, i18n.language))),
    },
  ] as const;
}
