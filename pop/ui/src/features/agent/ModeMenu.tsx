import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Timer } from "../../app/Timer";
import type { AgentQueue, AgentState, Mode } from "../../protocol/types";
import classes from "./agent.module.css";
import { useModeText, useReasons, useReasonText } from "./modeText";

const ReasonDialog = lazy(() => import("./ReasonDialog"));

interface Props {
  self: AgentState;
  busy: boolean;
  onChange(mode: Mode, reason: string, after: boolean): void;
}

export function ModeMenu({ self, busy, onChange }: Props) {
  const { t } = useTranslation();
  const text = useModeText();
  const reasonText = useReasonText();
  const reasons = useReasons();
  const [asking, setAsking] = useState(false);
  const [asked, setAsked] = useState(false);
  const ask = () => {
    setAsked(true);
    setAsking(true);
  };
  const [now, setNow] = useState(false);
  const state = text(self.mode, self.reason);
  const onCall = self.activity === "talking" || self.activity === "hold" || self.activity === "acw";
  const set = (mode: Mode, reason: string) => onChange(mode, reason, onCall && !now);
  return (
    <>
      {self.mode !== "ready" && (
        <Button
          size="sm"
          className={classes.quick}
          loading={busy}
          onClick={() => onChange("ready", "", false)}
        >
          {t("agent.setReady")}
        </Button>
      )}
      <Menu position="bottom-end" width={240} shadow="md" onClose={() => setNow(false)}>
        <Menu.Target>
          <Button
            variant="default"
            size="sm"
            px="sm"
            loading={busy}
            className={classes.mode}
            data-key="mode"
            leftSection={<Dot mode={self.mode} />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {/* The timer is no part of the button's name, which would then change each second. */}
            <span className="visually-hidden">{t("agent.change", { state })}</span>
            <span className={classes.modeText} aria-hidden>
              {state}
            </span>
            <span aria-hidden>
              <Timer since={self.since} label={(time) => time} className={classes.since} />
            </span>
          </Button>
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

const Dot = ({ mode }: { mode: Mode }) => <span className={classes.dot} data-mode={mode} aria-hidden />;
