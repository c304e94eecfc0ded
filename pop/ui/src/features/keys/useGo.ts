import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { mayPress } from "./keys";

/** After G: the first letters of the pages, by place on the keyboard. */
export const goals = {
  KeyD: { to: "/", name: "desk", label: "G D" },
  KeyC: { to: "/calls", name: "calls", label: "G C" },
  KeyP: { to: "/contacts", name: "contacts", label: "G P" },
  KeyB: { to: "/callbacks", name: "callbacks", label: "G B" },
  KeyU: { to: "/unresolved", name: "unresolved", label: "G U" },
  KeyT: { to: "/team", name: "team", label: "G T" },
  KeyS: { to: "/settings", name: "settings", label: "G S" },
} as const;

const patience = 1500;

/** G and a letter lead to a page, / to the page's search. The second letter acts on no card. */
export function useGo(on: boolean): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (!on) return;
    let until = 0;
    const pressed = (event: KeyboardEvent) => {
      if (!mayPress(event) || event.shiftKey) return;
      const goal = event.timeStamp < until ? goals[event.code as keyof typeof goals] : undefined;
      until = event.code === "KeyG" ? event.timeStamp + patience : 0;
      const search =
        event.code === "Slash" ? document.querySelector<HTMLElement>("main [data-key=search]") : null;
      if (!goal && !search && until === 0) return;
      event.preventDefault();
      event.stopPropagation();
      if (goal) void navigate({ to: goal.to });
      search?.focus();
    };
    document.addEventListener("keydown", pressed, { capture: true });
    return () => document.removeEventListener("keydown", pressed, { capture: true });
  }, [on, navigate]);
}
