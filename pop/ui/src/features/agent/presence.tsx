import { useTranslation } from "react-i18next";
import type { AgentState, Presence } from "../../protocol/types";
import classes from "./agent.module.css";

/** Whether a colleague can take a call, in one word. */
export function presenceOf(agent: AgentState): Presence {
  if (agent.mode === "offline") return "offline";
  if (agent.activity === "talking" || agent.activity === "hold") return "talking";
  if (agent.activity === "offered") return "ringing";
  return agent.mode === "ready" && agent.activity === "idle" && agent.block === "" ? "free" : "not_ready";
}

/** A coloured mark and its word: never the colour alone. */
export function PresenceMark({ presence }: { presence: Presence }) {
  const { t } = useTranslation();
  if (presence === "") return null;
  return (
    <span className={classes.presence} data-presence={presence}>
      {t(`agent.presence.${presence}`)}
    </span>
  );
}
