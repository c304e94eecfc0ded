import { Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import classes from "./callbacks.module.css";
import { soonTimes, timeOf } from "./duty";

const PickTime = lazy(() => import("./PickTime"));

interface Props {
  label: string;
  /** An instant, or "" as long as nothing was chosen. */
  value: string;
  onChange(due: string): void;
}

/** When: the usual times by one click, any other from a calendar. */
export function TimeChoice({ label, value, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const [choice, setChoice] = useState("");
  return (
    <fieldset className={classes.times}>
      <legend>{label}</legend>
      <div className={classes.chips}>
        {soonTimes.map((each) => (
          <Button
            key={each}
            size="compact-sm"
            variant={choice === each ? "light" : "default"}
            aria-pressed={choice === each}
            onClick={() => {
              setChoice(each);
              onChange(timeOf(each, now));
            }}
          >
            {t(`callbacks.times.${each}`)}
          </Button>
        ))}
        <Button
          size="compact-sm"
          variant={choice === "pick" ? "light" : "default"}
          aria-pressed={choice === "pick"}
          onClick={() => setChoice("pick")}
        >
          {t("callbacks.times.pick")}
        </Button>
      </div>
      {choice === "pick" && (
        <Suspense fallback={<Skeleton height={60} mt={6} />}>
          <PickTime value={value} onChange={onChange} />
        </Suspense>
      )}
      {value && choice !== "pick" && (
        <output className={classes.chosen}>{when(value, now, i18n.language)}</output>
      )}
    </fieldset>
  );
}
