import { Menu } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentQueue, AgentState, Mode } from "../../protocol/types";
import classes from "./agent.module.css";
import { Dot, ModeButton } from "./ModeButton";
import { useReasons, useReasonText } from "./modeText";

const ReasonDialog = lazy(() => import("./ReasonDialog"));

interface Props {
  self: AgentState;
  busy: boolean;
  pressed: boolean;
  onChange(mode: Mode, reason: string, after: boolean): void;
}

/** All states that can be chosen, during a call also for the time after it. */
export default function ModeChoice({ self, busy, pressed, onChange }: Props) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const reasons = useReasons();
  const [asking, setAsking] = useState(false);
  const [asked, setAsked] = useState(false);
  const ask = () => {
    setAsked(true);
    setAsking(true);
  };
  const [now, setNow] = useState(false);
  const onCall = self.activity === "talking" || self.activity === "hold" || self.activity === "acw";
  const set = (mode: Mode, reason: string) => onChange(mode, reason, onCall && !now);
  return (
    <>
      <Menu
        defaultOpened={pressed}
        position="bottom-end"
        width={240}
        shadow="md"
        onClose={() => setNow(false)}
      >
        <Menu.Target>
          <ModeButton self={self} busy={busy} />
        </Menu.Target>
        <Menu.Dropdown>
          {onCall && (
            <>
              <Menu.CheckboxItem checked={!now} closeMenuOnClick={false} onChange={() => setNow(!now)}>
                {t("agent.nextAfter")}
              </Menu.CheckboxItem>
              <Menu.Divider />
            </>
          )}
          <Menu.Item leftSection={<Dot mode="ready" />} onClick={() => set("ready", "")}>
            {t("agent.setReady")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t("agent.reasonTitle")}</Menu.Label>
          {reasons.map((reason) => (
            <Menu.Item
              key={reason}
              leftSection={<Dot mode="not_ready" />}
              onClick={() => set("not_ready", reason)}
            >
              {reasonText(reason)}
            </Menu.Item>
          ))}
          <Menu.Item leftSection={<Dot mode="not_ready" />} onClick={ask}>
            {t("agent.otherReason")}…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Dot mode="offline" />} onClick={() => set("offline", "")}>
            {t("agent.setOffline")}
          </Menu.Item>
          <Queues queues={self.queues} />
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <Suspense fallback={null}>
          <ReasonDialog
            opened={asking}
            onClose={() => setAsking(false)}
            onReason={(reason) => {
              setAsking(false);
              set("not_ready", reason);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

/** What the PBX says of each queue; it may differ from the agent's own choice. */
function Queues({ queues }: { queues: AgentQueue[] }) {
  const { t } = useTranslation();
  const text = useReasonText();
  if (queues.length === 0) return null;
  const state = (queue: AgentQueue) => {
    if (!queue.member) return t("agent.queueOut");
    return queue.paused
      ? [t("agent.queuePaused"), text(queue.reason)].filter(Boolean).join(" · ")
      : t("agent.queueActive");
  };
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("agent.queues")}</Menu.Label>
      <div className={classes.queues}>
        {queues.map((queue) => (
          <div key={queue.queue}>
            <span>{queue.queue}</span>
            <span>{state(queue)}</span>
          </div>
        ))}
      </div>
    </>
  );
}
