import { useQuery } from "@tanstack/react-query";
import { createContext, type PropsWithChildren, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Labelled, Settings } from "../protocol/types";
import { useDesk } from "./desk";

/** Of a server that has not answered: nothing is offered that it might not have. */
const none: Settings = {
  results: [],
  reasons: [],
  pause_reasons: [],
  after_call_work: { seconds: 0, extend_seconds: 0, max_extends: 0 },
  control: false,
  crm: false,
  queues: [],
  dids: [],
  recordings: { download: false },
};

const Context = createContext(none);

/** Asks the server once, and again after a few minutes: each row of a list reads the settings. */
export function SettingsProvider({ children }: PropsWithChildren) {
  const { api } = useDesk();
  const query = useQuery({ queryKey: ["settings"], queryFn: api.work.settings, staleTime: 300_000 });
  return <Context value={query.data ?? none}>{children}</Context>;
}

/** What the administrator configured. */
export const useSettings = (): Settings => useContext(Context);

/** The word for an id in the page's language, else in English, else in any, else the id itself. */
export function labelOf({ id, label }: Labelled, language: string): string {
  return label[language] || label.en || Object.values(label)[0] || id;
}

/** Words of a configured list, by id; what the list does not have is shown as it is. */
export function useLabels(list: readonly Labelled[]): (id: string) => string {
  const { i18n } = useTranslation();
  return (id) => {
    const found = list.find((each) => each.id === id);
    return found ? labelOf(found, i18n.language) : id;
  };
}
