import { Button } from "@mantine/core";
import { IconMicrophone, IconMicrophoneOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../../app/desk";
import { useFailure } from "../../../app/useFailure";
import type { Card } from "../../../protocol/types";
import classes from "./control.module.css";

/** The server lets the recording go on by itself after this; so does the button. */
const longest = 90_000;

/** Makes the recording silent while the client says his card's data. A hold or a transfer ends that, as the server does. */
export function RecordingPause({ card }: { card: Card }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const [paused, setPaused] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of the call ends the pause
  useEffect(() => {
    setPaused(false);
    setFault("");
  }, [card.call_state]);
  useEffect(() => {
    if (!paused) return;
    const timer = setTimeout(() => setPaused(false), longest);
    return () => clearTimeout(timer);
  }, [paused]);
  const press = async () => {
    setBusy(true);
    setFault("");
    try {
      await api.work.record(card.call_id, paused);
      setPaused(!paused);
    } catch (error) {
      setFault(words(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        size="xs"
        variant={paused ? "filled" : "default"}
        color={paused ? "red.8" : undefined}
        className={classes.button}
        leftSection={paused ? <IconMicrophone size={16} /> : <IconMicrophoneOff size={16} />}
        loading={busy}
        onClick={() => void press()}
      >
        {t(paused ? "card.control.recordingGoOn" : "card.control.recordingPause")}
      </Button>
      {fault && (
        <p className={classes.fault} role="alert">
          {t("card.control.failed", { detail: fault })}
        </p>
      )}
    </>
  );
}
