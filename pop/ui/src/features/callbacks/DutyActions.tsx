import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconCheck, IconClock, IconHistory, IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../app/desk";
import { useSettings } from "../../app/useSettings";
import { formatPhone } from "../../core/format";
import type { Callback } from "../../protocol/types";
import classes from "./callbacks.module.css";
import { isFree } from "./duty";
import { LaterMenu } from "./LaterMenu";
import type { useDuty } from "./useDuty";

interface Props {
  duty: Callback;
  deeds: ReturnType<typeof useDuty>;
  onPanel(panel: "outcome" | "pick"): void;
  onCalls(number: string): void;
}

/** What can be done with a duty; a colleague's is left alone. Keys press these buttons. */
export function DutyActions({ duty, deeds, onPanel, onCalls }: Props) {
  const { t } = useTranslation();
  const user = useUser();
  const { control } = useSettings();
  const number = formatPhone(duty.client);
  const free = isFree(duty, user);
  const mine = duty.claimed_by === user.username;
  return (
    <div className={classes.actions}>
      {free && control && user.interface !== "" && (
        <Button
          size="compact-sm"
          data-key="dial"
          leftSection={<IconPhone size={14} />}
          aria-label={t("callbacks.call", { number })}
          loading={deeds.busy === "dial"}
          disabled={deeds.busy !== ""}
          onClick={() => void deeds.dial()}
        >
          {t("dialer.call")}
        </Button>
      )}
      {duty.claimed_by === "" && (
        <Button
          size="compact-sm"
          variant="default"
          data-key="claim"
          loading={deeds.busy === "claim"}
          disabled={deeds.busy !== ""}
          onClick={() => void deeds.claim()}
        >
          {t("callbacks.claim")}
        </Button>
      )}
      {duty.claimed_by !== "" && free && (
        <Button
          size="compact-sm"
          variant="default"
          data-key="claim"
          loading={deeds.busy === "release"}
          disabled={deeds.busy !== ""}
          onClick={() => void deeds.release()}
        >
          {t(mine ? "callbacks.release" : "callbacks.takeAway")}
        </Button>
      )}
      {free && (
        <>
          <LaterMenu
            keyed
            busy={deeds.busy !== ""}
            onChoose={(due) => void deeds.reschedule(due)}
            onPick={() => onPanel("pick")}
            icon={<IconClock size={14} />}
          />
          <CloseMenu deeds={deeds} onOutcome={() => onPanel("outcome")} />
        </>
      )}
      <CallsButton number={duty.client.number} onCalls={onCalls} />
    </div>
  );
}

const closings = ["reached", "not_needed", "duplicate", "spam"] as const;

function CloseMenu({ deeds, onOutcome }: { deeds: Props["deeds"]; onOutcome(): void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          data-key="finish"
          leftSection={<IconCheck size={14} />}
          loading={deeds.busy === "close" || deeds.busy === "outcome"}
          disabled={deeds.busy !== ""}
        >
          {t("callbacks.close")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onOutcome}>{t("callbacks.sayOutcome")}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("callbacks.closeLabel")}</Menu.Label>
        {closings.map((reason) => (
          <Menu.Item key={reason} onClick={() => void deeds.close(reason)}>
            {t(`callbacks.reason.${reason}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function CallsButton({ number, onCalls }: { number: string; onCalls(number: string): void }) {
  const { t } = useTranslation();
  const label = t("callbacks.calls", { number: formatPhone({ number, raw: number, ext: "", kind: "e164" }) });
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => onCalls(number)}>
        <IconHistory size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
