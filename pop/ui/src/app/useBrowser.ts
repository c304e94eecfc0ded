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
    const leave = () => {
      desk.notes.flush();
      desk.leave();
    };
    document.addEventListener("visibilitychange", visible);
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", visible);
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    return () => {
      document.removeEventListener("visibilitychange", visible);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", visible);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
    };
  }, [desk]);
}
