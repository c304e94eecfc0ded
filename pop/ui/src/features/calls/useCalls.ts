import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useDesk, useDeskState } from "../../app/desk";
import type { callFilters } from "../../app/router";

/** As it stands in the address; days as the date field gives them, "2026-08-05". */
export type Filter = { [F in (typeof callFilters)[number]]?: string };

export const noFilter: Filter = {};

export const isFiltered = (filter: Filter): boolean => Object.values(filter).some(Boolean);

const dayStart = (day: string | undefined, plus: number): string => {
  const at = new Date(`${day}T00:00:00`);
  if (!day || Number.isNaN(at.getTime())) return "";
  at.setDate(at.getDate() + plus);
  return at.toISOString();
};

/** Spaces, brackets and dashes are for people. */
const bare = (number: string | undefined): string => (number ?? "").replace(/[\s()\-–.]/g, "");

/** Pages of past calls, newest first; read again when a call has ended. */
export function useCalls(filter: Filter) {
  const { api } = useDesk();
  const query = useInfiniteQuery({
    queryKey: ["calls", filter],
    queryFn: ({ pageParam }) =>
      api.lists.calls({
        ...filter,
        number: bare(filter.number),
        from: dayStart(filter.from, 0),
        to: dayStart(filter.to, 1),
        cursor: pageParam,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor || undefined,
    placeholderData: keepPreviousData,
  });
  useReread();
  return query;
}

/** The archive learns of an ended call a moment later than the card: it settles first. */
const settle = 3000;

function useReread(): void {
  const client = useQueryClient();
  const ended = useDeskState((state) => state.endedCalls);
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ended` is what starts it
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: ["calls"] }), settle);
    return () => clearTimeout(timer);
  }, [client, ended]);
}
