import { useState } from "react";
import type { CallbackState } from "../../protocol/types";
import DutyPanel from "./DutyPanel";
import { LaterMenu } from "./LaterMenu";
import type { useDuty } from "./useDuty";

interface Props {
  state: CallbackState;
  deeds: ReturnType<typeof useDuty>;
  /** A try of mine has ended, or goes on, and I have not said how. */
  asked: boolean;
  onDone?: () => void;
}

/** On a card: another time for the client's callback, and how the try ended. */
export default function CallbackWork({ state, deeds, asked, onDone }: Props) {
  const [picking, setPicking] = useState(false);
  return (
    <>
      {state === "open" && (
        <LaterMenu
          busy={deeds.busy !== ""}
          onChoose={(due) => void deeds.reschedule(due)}
          onPick={() => setPicking(true)}
        />
      )}
      {picking && <DutyPanel panel="pick" deeds={deeds} onDone={() => setPicking(false)} />}
      {asked && <DutyPanel panel="outcome" deeds={deeds} onDone={onDone} />}
    </>
  );
}
