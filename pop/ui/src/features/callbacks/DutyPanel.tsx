import { Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./callbacks.module.css";
import OutcomeForm from "./OutcomeForm";
import type { useDuty } from "./useDuty";

const PickTime = lazy(() => import("./PickTime"));

interface Props {
  panel: "outcome" | "pick";
  deeds: ReturnType<typeof useDuty>;
  /** Without it the question stays until it is answered. */
  onDone?: () => void;
}

/** What a button of a duty asks further, below its row. */
export default function DutyPanel({ panel, deeds, onDone }: Props) {
  const { t } = useTranslation();
  const [due, setDue] = useState("");
  if (panel === "outcome")
    return <OutcomeForm busy={deeds.busy === "outcome"} onSay={deeds.outcome} onCancel={onDone} />;
  const set = async () => {
    if (await deeds.reschedule(due)) onDone?.();
  };
  return (
    <div className={classes.panel}>
      <Suspense fallback={<Skeleton height={60} />}>
        <PickTime value={due} onChange={setDue} />
      </Suspense>
      <div className={classes.chips}>
        <Button
          size="compact-sm"
          disabled={due === ""}
          loading={deeds.busy === "reschedule"}
          onClick={() => void set()}
        >
          {t("callbacks.save")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onDone}>
          {t("callbacks.cancel")}
        </Button>
      </div>
    </div>
  );
}
