import { createContext, type PropsWithChildren, useContext, useState, useSyncExternalStore } from "react";
import type { Desk } from "../core/desk";
import type { Watchable } from "../core/emitter";
import { Sight } from "../core/sight";
import type { DeskState } from "../core/store";
import type { User } from "../protocol/types";

const Context = createContext<Desk | undefined>(undefined);
const SightContext = createContext<Watchable<DeskState> | undefined>(undefined);

export function DeskProvider({ desk, children }: PropsWithChildren<{ desk: Desk }>) {
  const [sight] = useState(() => new Sight(desk.store));
  return (
    <Context value={desk}>
      <SightContext value={sight}>{children}</SightContext>
    </Context>
  );
}

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error("useDesk: no DeskProvider above");
  return desk;
}

export const useWatch = <T,>(watched: Watchable<T>): T =>
  useSyncExternalStore(watched.subscribe, watched.get);

/**
 * A part of the live state, for what is drawn: it stands still while the page is hidden. The selector
 * must return a stored value, not build one.
 */
export function useDeskState<T>(select: (state: DeskState) => T): T {
  const sight = useContext(SightContext);
  if (!sight) throw new Error("useDeskState: no DeskProvider above");
  return useSyncExternalStore(sight.subscribe, () => select(sight.get()));
}

/** The same for what a hidden page does, too: title, sound, notifications, opening of pages. */
export function useLiveState<T>(select: (state: DeskState) => T): T {
  const { store } = useDesk();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

const nobody: User = { username: "", name: "", role: "", interface: "", extension: "", queues: [] };

/** Who is logged in; for parts of the page that are there after the login only. */
export function useUser(): User {
  const session = useWatch(useDesk().session);
  return session.state === "in" ? session.user : nobody;
}
