import { Button, Checkbox, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Said } from "../../core/callbackApi";
import { type SaidOutcome, saidOutcomes } from "../../protocol/types";
import classes from "./callbacks.module.css";
import { TimeChoice } from "./TimeChoice";

interface Props {
  busy: boolean;
  onSay(said: Said): Promise<boolean>;
  /** Without it the question stays until it is answered. */
  onCancel?: () => void;
}

/** How the try ended. Most answers are one click and "save"; some want a time or a word more. */
export default function OutcomeForm({ busy, onSay, onCancel }: Props) {
  const { t } = useTranslation();
  const [outcome, setOutcome] = useState<SaidOutcome | "">("");
  const [note, setNote] = useState("");
  const [due, setDue] = useState("");
  const [never, setNever] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (outcome === "") return;
    const done = await onSay({
      outcome,
      ...(note.trim() && { note: note.trim() }),
      ...(outcome === "call_later" && due && { due }),
      ...(outcome === "refused" && never && { do_not_call: true }),
    });
    if (done) onCancel?.();
  };
  return (
    <form className={classes.panel} onSubmit={submit} aria-label={t("callbacks.outcomeTitle")}>
      <fieldset className={classes.times} data-key="result">
        <legend>{t("callbacks.outcomeTitle")}</legend>
        <div className={classes.chips}>
          {saidOutcomes.map((each) => (
            <Button
              key={each}
              size="compact-sm"
              variant={outcome === each ? "light" : "default"}
              aria-pressed={outcome === each}
              onClick={() => setOutcome(each)}
            >
              {t(`callbacks.outcome.${each}`)}
            </Button>
          ))}
        </div>
      </fieldset>
      {outcome === "call_later" && <TimeChoice label={t("callbacks.callAt")} value={due} onChange={setDue} />}
      {outcome === "refused" && (
        <Checkbox
          size="xs"
          label={t("callbacks.doNotCall")}
          checked={never}
          onChange={(event) => setNever(event.currentTarget.checked)}
        />
      )}
      {outcome !== "" && (
        <>
          <Textarea
            size="xs"
            autosize
            minRows={1}
            maxRows={5}
            maxLength={2000}
            label={t("callbacks.note")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <p className={classes.follows}>{t(`callbacks.follows.${outcome}`)}</p>
        </>
      )}
      <div className={classes.chips}>
        <Button type="submit" size="compact-sm" disabled={outcome === ""} loading={busy}>
          {t("callbacks.save")}
        </Button>
        {onCancel && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
            {t("callbacks.cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}
