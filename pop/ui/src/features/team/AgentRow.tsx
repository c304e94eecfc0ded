import { Badge, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import { useLabels, useSettings } from "../../app/useSettings";
import { clock, secondsBetween } from "../../core/format";
import type { AgentState } from "../../protocol/types";
import classes from "./team.module.css";

/** One agent: the mode with its reason and age, what the phone does, and what keeps calls away. */
export function AgentRow({ agent }: { agent: AgentState }) {
  const { t } = useTranslation();
  const now = useNow();
  const reason = useLabels(useSettings().pause_reasons);
  const age = (since: string) => clock(secondsBetween(since, now));
  const mode = t(`agent.mode.${agent.mode}`);
  const { activity } = agent;
  return (
    <li className={classes.agent} data-mode={agent.mode}>
      <span
        className={classes.lamp}
        data-mode={agent.mode}
        data-busy={activity !== "idle" || undefined}
        aria-hidden
      />
      <span className={classes.name}>
        {agent.name || agent.agent}
        <Text span size="xs" c="dimmed">
          {" "}
          {agent.extension}
        </Text>
      </span>
      <span className={classes.mode}>
        {[mode, agent.mode === "not_ready" && agent.reason && reason(agent.reason)]
          .filter(Boolean)
          .join(" · ")}{" "}
        <Text span size="sm" c="dimmed" className="number">
          {agent.since && age(agent.since)}
        </Text>
      </span>
      <Text size="sm" className={classes.activity}>
        {activity !== "idle" && t(`agent.activity.${activity}`)}
      </Text>
      <span className={classes.faults}>
        {agent.unreachable && (
          <Badge color="red" variant="light" tt="none">
            {t("team.unreachable")}
            {agent.unreachable_since && ` ${t("team.since", { time: age(agent.unreachable_since) })}`}
          </Badge>
        )}
        {!agent.unreachable && agent.mode !== "offline" && !agent.online && (
          <Badge color="gray" variant="light" tt="none">
            {t("team.offlineBrowser")}
          </Badge>
        )}
        {agent.block && (
          <Badge color="orange" variant="light" tt="none" title={t(`agent.block.${agent.block}`)}>
            {t("team.blocked")}
          </Badge>
        )}
      </span>
    </li>
  );
}
