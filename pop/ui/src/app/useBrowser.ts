import { useEffect } from "react";
import type { Desk } from "../core/desk";

/** Tells the desk what happens to the page: seen again, network gone and back. */
export function useBrowser(desk: Desk): void {
  useEffect(() => {
    const visible = () => {
      if (document.visibilityState === "visible") desk.seen();
    };
    const online = () => desk.connection.retry();
    const offline = () => desk.connection.networkLost();
    const leaving = () => desk.notes.flush();
    window.addEventListener("pagehide", leaving);
    document.addEventListener("visibilitychange", visible);
    window.addEventListener("pageshow", visible);
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    return () => {
      window.removeEventListener("pagehide", leaving);
      document.removeEventListener("visibilitychange", visible);
      window.removeEventListener("pageshow", visible);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
    };
  }, [desk]);
}
