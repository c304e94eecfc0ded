import { Button, Skeleton, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { CallRow } from "../calls/CallRow";
import classes from "./contacts.module.css";

/** Every call with this contact, newest first. */
export function ContactCalls({ id }: { id: string }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const query = useInfiniteQuery({
    queryKey: ["calls", "of", id],
    queryFn: ({ pageParam }) => api.lists.contactCalls(id, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
  const calls = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <Skeleton height={44} />;
  if (query.isError)
    return (
      <Button size="xs" variant="default" onClick={() => void query.refetch()}>
        {t("calls.failed")}: {t("app.retry")}
      </Button>
    );
  if (calls.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("contacts.callsNone")}
      </Text>
    );
  return (
    <>
      <ul className={classes.list} aria-label={t("contacts.calls")}>
        {calls.map((call) => (
          <CallRow key={call.call_id} call={call} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          mt="sm"
          size="xs"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("calls.more")}
        </Button>
      )}
    </>
  );
}
