import { Button } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AgentState, Mode } from "../../protocol/types";
import classes from "./agent.module.css";
import { ModeButton } from "./ModeButton";

/** Menus are fetched right after the first view, which shows their buttons; who presses one sooner gets its menu. */
const ModeChoice = lazy(() => import("./ModeChoice"));

interface Props {
  self: AgentState;
  busy: boolean;
  onChange(mode: Mode, reason: string, after: boolean): void;
}

export function ModeMenu(props: Props) {
  const { self, busy, onChange } = props;
  const { t } = useTranslation();
  const [pressed, setPressed] = useState(false);
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
      <Suspense fallback={<ModeButton self={self} busy={busy} onClick={() => setPressed(true)} />}>
        <ModeChoice {...props} pressed={pressed} />
      </Suspense>
    </>
  );
}
