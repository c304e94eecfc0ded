import { Button } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState, useUser } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import type { Callback } from "../../protocol/types";
import classes from "./callbacks.module.css";
import { CallsButton } from "./DutyActions";
import { Facts, Story, Who } from "./DutyFacts";
import DutyPanel from "./DutyPanel";
import { isCorrectable } from "./duty";
import { useDuty } from "./useDuty";
import { useEnding } from "./useEnding";

/** A client who was called, or need not be any more. */
export function ClosedRow({ duty, onCalls }: { duty: Callback; onCalls(number: string): void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const { username } = useUser();
  const [open, setOpen] = useState(false);
  const deeds = useDuty(duty.id);
  const ending = useEnding(duty);
  const closer = useDeskState((state) => state.agents.get(duty.closed_user)?.name) || duty.closed_user;
  const Icon = duty.state === "done" ? IconCircleCheck : IconCircleX;
  return (
    <li className={classes.row} tabIndex={-1} data-callback={duty.id} data-state={duty.state}>
      <div className={classes.main}>
        <Who duty={duty} callable />
        <Facts duty={duty} now={now} />
        <Story duty={duty} now={now} />
      </div>
      <div className={classes.due}>
        <span>
          <Icon size={15} aria-hidden /> {ending}
        </span>
        <small>
          {[when(duty.closed || duty.last_call, now, i18n.language), closer].filter(Boolean).join(" · ")}
        </small>
      </div>
      <div className={classes.actions}>
        {isCorrectable(duty, username, now) && (
          <Button size="compact-sm" variant="default" data-key="finish" onClick={() => setOpen(!open)}>
            {t("callbacks.correct")}
          </Button>
        )}
        <CallsButton number={duty.client.number} onCalls={onCalls} />
      </div>
      {open && <DutyPanel panel="outcome" deeds={deeds} onDone={() => setOpen(false)} />}
    </li>
  );
}
