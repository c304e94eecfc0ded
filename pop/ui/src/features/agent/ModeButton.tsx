import { Button, type ButtonProps } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { ComponentPropsWithRef } from "react";
import { useTranslation } from "react-i18next";
import { Timer } from "../../app/Timer";
import type { AgentState, Mode } from "../../protocol/types";
import classes from "./agent.module.css";
import { useModeText } from "./modeText";

type Props = ButtonProps & ComponentPropsWithRef<"button"> & { self: AgentState; busy: boolean };

/** The agent's own state since when; it opens the menu of states. */
export function ModeButton({ self, busy, ...rest }: Props) {
  const { t } = useTranslation();
  const state = useModeText()(self.mode, self.reason);
  return (
    <Button
      variant="default"
      size="sm"
      px="sm"
      loading={busy}
      data-key="mode"
      {...rest}
      className={`${classes.mode} ${rest.className ?? ""}`}
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
  );
}

export const Dot = ({ mode }: { mode: Mode }) => (
  <span className={classes.dot} data-mode={mode} aria-hidden />
);
