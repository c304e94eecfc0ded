import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconClockExclamation, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { clock, when } from "../../core/format";
import type { AgentState } from "../../protocol/types";
import { AfterCall, useLeft } from "./AfterCall";
import classes from "./agent.module.css";
import { ModeMenu } from "./ModeMenu";
import { useModeText } from "./modeText";
import { useSetMode } from "./useSetMode";
import { useWork } from "./useWork";

/** Where the header has no room for what comes after the call. */
const useNarrow = (): boolean => useMediaQuery("(max-width: 48em)") ?? false;

/** The agent's own state in the header: what it is, since when, who set it, and whether the PBX agrees. */
export function AgentBar() {
  const self = useDeskState((state) => state.self);
  const change = useSetMode();
  const narrow = useNarrow();
  if (!self) return null;
  return (
    <Group gap="xs" wrap="nowrap" className={classes.bar}>
      <Notes self={self} />
      {!narrow && <Next self={self} />}
      <ModeMenu self={self} busy={change.busy} onChange={change.set} />
    </Group>
  );
}

function Notes({ self }: { self: AgentState }) {
  const { t } = useTranslation();
  const setter = useSetter(self);
  return (
    <div className={classes.notes}>
      {self.activity !== "idle" && (
        <Text size="xs" component="div">
          {t(`agent.activity.${self.activity}`)} {self.acw && <Left until={self.acw.until} />}
        </Text>
      )}
      {setter && (
        <Text size="xs" c="dimmed" truncate>
          {setter}
        </Text>
      )}
    </div>
  );
}

const Left = ({ until }: { until: string }) => <span className="number">{clock(useLeft(until))}</span>;

/** What was chosen for the time after this call, and the way to take it back. */
function Next({ self }: { self: AgentState }) {
  const { t } = useTranslation();
  const text = useModeText();
  const { busy, ask } = useWork();
  if (!self.next) return null;
  const state = text(self.next.mode, self.next.reason);
  return (
    <span className={classes.next}>
      {t("agent.next", { state })}
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        radius="xl"
        loading={busy === "clearNext"}
        aria-label={t("agent.nextClear", { state })}
        onClick={() => ask("clearNext")}
      >
        <IconX size={14} />
      </ActionIcon>
    </span>
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
  const pending = usePendingText();
  const self = useDeskState((state) => state.self);
  const narrow = useNarrow();
  if (!self) return null;
  return (
    <>
      {narrow && self.next && (
        <div className={classes.homeless}>
          <Next self={self} />
        </div>
      )}
      {self.pending && <Notice>{pending(self.pending)}</Notice>}
      {self.block && <Blocked self={self} />}
      <Homeless self={self} />
    </>
  );
}

/** After-call work whose card is not here any more, as after a reload. */
function Homeless({ self }: { self: AgentState }) {
  const id = self.acw?.call_id ?? "";
  const hasCard = useDeskState(({ cards }) =>
    cards.some(({ card }) => card.call_id === id || card.aliases.includes(id)),
  );
  if (!self.acw || hasCard || self.activity !== "acw") return null;
  return (
    <div className={classes.homeless}>
      <AfterCall work={self.acw} />
    </div>
  );
}

/** Calls are kept away: why, since when, and the way back where it is the agent's own. */
function Blocked({ self }: { self: AgentState }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const { busy, ask } = useWork();
  const missed = self.block === "rona" && self.missed_offers > 0;
  const facts = [
    missed && t("agent.missedOffers", { count: self.missed_offers }),
    self.block_since && t("agent.blockSince", { time: when(self.block_since, now, i18n.language) }),
  ].filter(Boolean);
  return (
    <Notice
      strong
      button={
        self.block === "rona" && (
          <Button
            size="compact-sm"
            variant="white"
            color="#9b1c1c"
            data-key="unblock"
            loading={busy === "clearBlock"}
            onClick={() => ask("clearBlock")}
          >
            {t("agent.blockClear")}
          </Button>
        )
      }
    >
      {[t(`agent.block.${self.block || "rona"}`), ...facts].join(" · ")}
    </Notice>
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

interface NoticeProps {
  children: ReactNode;
  strong?: boolean;
  button?: ReactNode;
}

function Notice({ children, strong, button }: NoticeProps) {
  return (
    <div className={classes.notice} data-strong={strong || undefined} role="status">
      <IconClockExclamation size={16} aria-hidden />
      <Text size="sm" component="span" className={classes.noticeText}>
        {children}
      </Text>
      {button}
    </div>
  );
}
