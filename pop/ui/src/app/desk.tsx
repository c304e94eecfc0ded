import { createContext, type PropsWithChildren, useContext, useSyncExternalStore } from "react";
import type { Desk } from "../core/desk";
import type { Watchable } from "../core/emitter";
import type { DeskState } from "../core/store";
import type { User } from "../protocol/types";

const Context = createContext<Desk | undefined>(undefined);

export const DeskProvider = ({ desk, children }: PropsWithChildren<{ desk: Desk }>) => (
  <Context.Provider value={desk}>{children}</Context.Provider>
);

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error("useDesk: no DeskProvider above");
  return desk;
}

export const useWatch = <T,>(watched: Watchable<T>): T =>
  useSyncExternalStore(watched.subscribe, watched.get);

/** A part of the live state; the selector must return a stored value, not build one. */
export function useDeskState<T>(select: (state: DeskState) => T): T {
  const { store } = useDesk();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

const nobody: User = { username: "", name: "", role: "", interface: "", extension: "", queues: [] };

/** Who is logged in; for parts of the page that are there after the login only. */
export function useUser(): User {
  const session = useWatch(useDesk().session);
  return session.state === "in" ? session.user : nobody;
}
