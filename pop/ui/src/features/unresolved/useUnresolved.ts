import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useDesk } from "../../app/desk";
import type { CallRecord } from "../../protocol/types";
import { countKey } from "./useCount";

/** The calls to sort, newest first, and the one that is being sorted. */
export function useUnresolved() {
  const { api } = useDesk();
  const queries = useQueryClient();
  const [chosen, select] = useState("");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery({
    queryKey: ["calls", "unresolved"],
    queryFn: () => api.lists.calls({ unresolved: "true", limit: "50" }),
  });
  const calls = (query.data?.items ?? []).filter((each) => !left.has(each.call_id));
  const current: CallRecord | undefined = calls.find((each) => each.call_id === chosen) ?? calls[0];
  /** A sorted call goes, and the one below it moves up into its place. */
  const leave = (id: string) => {
    const next = calls[calls.findIndex((each) => each.call_id === id) + 1];
    setLeft(new Set(left).add(id));
    select(next?.call_id ?? "");
    if (calls.length <= 5) void query.refetch();
    void queries.invalidateQueries({ queryKey: countKey });
  };
  return { query, calls, current, select, leave };
}
