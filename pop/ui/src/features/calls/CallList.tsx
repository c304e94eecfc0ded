import { Alert, Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFilterOff, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFailure } from "../../app/useFailure";
import { CallRow } from "./CallRow";
import classes from "./calls.module.css";
import { type Filter, isFiltered, noFilter, useCalls } from "./useCalls";

interface Props {
  filter: Filter;
  onFilter(filter: Filter): void;
}

export default function CallList({ filter, onFilter }: Props) {
  return (
    <>
      <FilterBar filter={filter} onFilter={onFilter} />
      <CallResults filter={filter} />
    </>
  );
}

function FilterBar({ filter, onFilter }: Props) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end" p="sm" className={classes.filter}>
      <TextInput
        size="xs"
        className={classes.number}
        label={t("calls.filter")}
        placeholder={t("calls.filterPlaceholder")}
        type="search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.number ?? ""}
        onChange={(event) => onFilter({ ...filter, number: event.currentTarget.value })}
      />
      {(["from", "to"] as const).map((end) => (
        <TextInput
          key={end}
          size="xs"
          type="date"
          className={classes.day}
          label={t(`calls.${end}`)}
          value={filter[end] ?? ""}
          onChange={(event) => onFilter({ ...filter, [end]: event.currentTarget.value })}
        />
      ))}
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        px="xs"
        aria-label={t("calls.clear")}
        disabled={!isFiltered(filter)}
        onClick={() => onFilter(noFilter)}
      >
        <IconFilterOff size={16} />
      </Button>
    </Group>
  );
}

/** The calls that a filter lets through, in pages. */
export function CallResults({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const words = useFailure();
  const [settled] = useDebouncedValue(filter, 250);
  const query = useCalls(settled);
  if (query.isPending) return <Placeholder />;
  if (query.isError && !query.data) {
    return (
      <Alert color="red" m="sm" title={t("calls.failed")}>
        <Text size="sm">{words(query.error)}</Text>
        <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
          {t("app.retry")}
        </Button>
      </Alert>
    );
  }
  const calls = query.data.pages.flatMap((page) => page.items);
  if (calls.length === 0) {
    return (
      <Text ta="center" py="xl" px="md" c="dimmed">
        {t(isFiltered(settled) ? "calls.emptyFiltered" : "calls.empty")}
      </Text>
    );
  }
  return (
    <>
      <ul className={classes.list} aria-label={t("calls.title")} aria-busy={query.isFetching}>
        {calls.map((call) => (
          <CallRow key={call.call_id} call={call} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Stack p="sm">
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t("calls.more")}
          </Button>
        </Stack>
      )}
    </>
  );
}

const Placeholder = () => (
  <Stack gap="xs" p="sm">
    {["a", "b", "c", "d"].map((row) => (
      <Skeleton key={row} height={44} />
    ))}
  </Stack>
);
