import { Alert, Button, Skeleton, Text } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useDeskState, useUser } from "../../app/desk";
import { Nothing } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import type { Scope } from "../../core/callbackApi";
import type { Callback, CallbackState } from "../../protocol/types";
import { ClosedRow } from "./ClosedRow";
import classes from "./callbacks.module.css";
import { DutyRow } from "./DutyRow";
import { inScope } from "./duty";
import { useKeepFocus } from "./useKeepFocus";

interface ListProps {
  scope?: Scope;
  onCalls(number: string): void;
}

/** Whom we owe a call, live; what is due first comes first. */
export default function CallbackList({ scope = "all", onCalls }: ListProps) {
  const { t } = useTranslation();
  const user = useUser();
  const ready = useDeskState((state) => state.ready);
  const all = useDeskState((state) => state.callbacks);
  const open = all.filter((each) => inScope(each, scope, user));
  if (!ready) return <Waiting />;
  if (open.length === 0)
    return all.length === 0 ? (
      <Nothing title={t("callbacks.empty")} hint={t("callbacks.emptyHint")} />
    ) : (
      <Nothing
        title={t(`callbacks.emptyScope.${scope}`)}
        hint={t("callbacks.elsewhere", { count: all.length })}
      />
    );
  return (
    <Rows duties={open}>
      {open.map((each) => (
        <DutyRow key={each.id} duty={each} onCalls={onCalls} />
      ))}
    </Rows>
  );
}

function Rows({ duties, children }: { duties: readonly Callback[]; children: ReactNode }) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  useKeepFocus(list, duties);
  return (
    <ul className={classes.list} ref={list} aria-label={t("callbacks.title")}>
      {children}
    </ul>
  );
}

/** Callbacks that are over, a page at a time; read again when another one ends. */
export function ClosedList({ scope, state, onCalls }: Required<ListProps> & { state: CallbackState }) {
  const { t } = useTranslation();
  const words = useFailure();
  const query = useClosed(state, scope);
  if (query.isPending) return <Waiting />;
  if (query.isError && !query.data)
    return (
      <Alert color="red" m="sm" title={t("callbacks.loadFailed")}>
        <Text size="sm">{words(query.error)}</Text>
        <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
          {t("app.retry")}
        </Button>
      </Alert>
    );
  const closed = query.data.pages.flatMap((page) => page.items);
  if (closed.length === 0) return <Nothing title={t(`callbacks.emptyState.${state}`)} />;
  return (
    <>
      <Rows duties={closed}>
        {closed.map((each) => (
          <ClosedRow key={each.id} duty={each} onCalls={onCalls} />
        ))}
      </Rows>
      {query.hasNextPage && (
        <div className={classes.more}>
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {t("callbacks.more")}
          </Button>
        </div>
      )}
    </>
  );
}

function useClosed(state: CallbackState, scope: Scope) {
  const { api } = useDesk();
  const queries = useQueryClient();
  const closed = useDeskState((desk) => desk.closedCallbacks);
  const before = useRef(closed);
  useEffect(() => {
    if (before.current !== closed) void queries.invalidateQueries({ queryKey: ["callbacks"] });
    before.current = closed;
  }, [closed, queries]);
  return useInfiniteQuery({
    queryKey: ["callbacks", state, scope],
    queryFn: ({ pageParam }) => api.callbacks.list(state, scope, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
  });
}

/** The shape of three rows. */
export const Waiting = () => (
  <div className={classes.waiting} aria-busy>
    {["a", "b", "c"].map((row) => (
      <Skeleton key={row} height={56} />
    ))}
  </div>
);
