import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useDesk, useDeskState } from "../../app/desk";

export const countKey = ["unresolved", "count"];

/** The archive learns of an ended call a moment later than the card. */
const settle = 3000;
/** The server counts no further. */
const most = 100;

/** How many calls wait to be sorted, in words for a small place; asked again when a call has ended. */
export function useUnresolvedCount(): string {
  const { api } = useDesk();
  const queries = useQueryClient();
  const { data = 0 } = useQuery({
    queryKey: countKey,
    queryFn: api.lists.unresolved,
    staleTime: 60_000,
    refetchInterval: 300_000, // colleagues sort, too
  });
  const ended = useDeskState((state) => state.endedCalls);
  const before = useRef(ended);
  useEffect(() => {
    if (before.current === ended) return;
    before.current = ended;
    const timer = setTimeout(() => void queries.invalidateQueries({ queryKey: countKey }), settle);
    return () => clearTimeout(timer);
  }, [ended, queries]);
  if (data === 0) return "";
  return data < most ? String(data) : `${most - 1}+`;
}
