import { Button, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { useSettings } from "../../app/useSettings";
import { clock } from "../../core/format";
import type { AfterCallWork } from "../../protocol/types";
import classes from "./agent.module.css";
import { useWork } from "./useWork";

/** The after-call work of this call, or undefined. */
export const useAfterCall = (callIds: readonly string[]): AfterCallWork | undefined =>
  useDeskState(({ self }) =>
    self?.activity === "acw" && self.acw && callIds.includes(self.acw.call_id) ? self.acw : undefined,
  );

/** Time to finish the notes: nothing rings before it is over. */
export function AfterCall({ work }: { work: AfterCallWork }) {
  const { t } = useTranslation();
  const { after_call_work: rules } = useSettings();
  const { busy, ask } = useWork();
  const left = useLeft(work.until);
  return (
    <section className={classes.after} aria-label={t("agent.acw.title")}>
      <Text size="sm" fw={600} component="span">
        {t("agent.acw.title")}
      </Text>
      <Text size="sm" component="time" role="timer" className="number" fw={600}>
        {clock(left)}
      </Text>
      {rules.seconds > 0 && (
        <Progress
          className={classes.run}
          size="sm"
          value={Math.min(100, (100 * left) / rules.seconds)}
          aria-label={t("agent.acw.title")}
        />
      )}
      <span className={classes.afterButtons}>
        {work.extends_left > 0 && (
          <Button
            size="xs"
            variant="default"
            data-key="extend"
            loading={busy === "extendWork"}
            disabled={busy !== ""}
            onClick={() => ask("extendWork")}
          >
            {t("agent.acw.extend", { seconds: rules.extend_seconds || 60, left: work.extends_left })}
          </Button>
        )}
        <Button
          size="xs"
          data-key="finish"
          loading={busy === "finishWork"}
          disabled={busy !== ""}
          onClick={() => ask("finishWork")}
        >
          {t("agent.acw.finish")}
        </Button>
      </span>
    </section>
  );
}

/** Whole seconds until then, by the server's clock, never below zero. */
export function useLeft(until: string): number {
  const now = useNow();
  return until === "" ? 0 : Math.max(0, Math.ceil((Date.parse(until) - now) / 1000));
}
