import { Group, Text } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import type { AgentState } from "../../protocol/types";
import classes from "./agent.module.css";
import { ModeMenu } from "./ModeMenu";
import { useSetMode } from "./useSetMode";

/** The agent's own state in the header: what it is, since when, who set it, and whether the PBX agrees. */
export function AgentBar() {
  const self = useDeskState((state) => state.self);
  const change = useSetMode();
  if (!self) return null;
  return (
    <Group gap="xs" wrap="nowrap" className={classes.bar}>
      <Notes self={self} />
      <ModeMenu self={self} busy={change.busy} onChange={change.set} />
    </Group>
  );
}

function Notes({ self }: { self: AgentState }) {
  const { t } = useTranslation();
  const setter = useSetter(self);
  return (
    <div className={classes.notes}>
      {self.activity !== "idle" && <Text size="xs">{t(`agent.activity.${self.activity}`)}</Text>}
      {setter && (
        <Text size="xs" c="dimmed" truncate>
          {setter}
        </Text>
      )}
    </div>
  );
}

/** Who set the mode, when it was not the agent himself. */
function useSetter(self: AgentState): string {
  const { t } = useTranslation();
  const agents = useDeskState((state) => state.agents);
  if (self.set_by === "" || self.set_by === self.agent) return "";
  if (self.set_by === "pbx") return t("agent.byPbx");
  if (self.set_by === "system") return t("agent.bySystem");
  return t("agent.by", { name: agents.get(self.set_by)?.name || self.set_by });
}

/** Lines under the header for what keeps calls away, or a wish that the PBX has not carried out. */
export function AgentNotices() {
  const { t } = useTranslation();
  const pending = usePendingText();
  const self = useDeskState((state) => state.self);
  if (!self) return null;
  return (
    <>
      {self.pending && <Notice>{pending(self.pending)}</Notice>}
      {self.block && <Notice strong>{t(`agent.block.${self.block}`)}</Notice>}
    </>
  );
}

/** The two usual words of pkg/agents are translated; a refusal of the PBX is shown as it said it. */
function usePendingText(): (pending: string) => string {
  const { t } = useTranslation();
  return (pending) => {
    if (pending === "the PBX has not confirmed yet") return t("agent.pending");
    if (pending === "the PBX is not connected") return t("agent.pendingDown");
    return t("agent.pendingProblem", { detail: pending });
  };
}

function Notice({ children, strong }: { children: ReactNode; strong?: boolean }) {
  return (
    <div className={classes.notice} data-strong={strong || undefined} role="status">
      <IconClockExclamation size={16} aria-hidden />
      <Text size="sm" component="span">
        {children}
      </Text>
    </div>
  );
}
