import { useState } from "react";
import { useDeskState, useUser } from "../../app/desk";
import { useNow } from "../../app/useNow";
import type { Callback } from "../../protocol/types";
import classes from "./callbacks.module.css";
import { DutyActions } from "./DutyActions";
import { Due, Facts, Holder, Story, Who } from "./DutyFacts";
import DutyPanel from "./DutyPanel";
import { isAsked, urgency } from "./duty";
import { useDuty } from "./useDuty";

/** One client who waits for a call. */
export function DutyRow({ duty, onCalls }: { duty: Callback; onCalls(number: string): void }) {
  const now = useNow(30_000);
  const { username } = useUser();
  const [panel, setPanel] = useState<"" | "outcome" | "pick">("");
  const deeds = useDuty(duty.id);
  const onCard = useOnCard(duty.id);
  const asked = isAsked(duty, username, now) && !onCard;
  const shown = panel || (asked ? "outcome" : "");
  return (
    <li
      className={classes.row}
      tabIndex={-1}
      data-callback={duty.id}
      data-urgency={urgency(duty, now)}
      data-taken={(duty.claimed_by !== "" && duty.claimed_by !== username) || undefined}
    >
      <div className={classes.main}>
        <Who duty={duty} />
        <Facts duty={duty} now={now} />
        <Story duty={duty} now={now} />
        <Holder duty={duty} now={now} />
      </div>
      <Due duty={duty} now={now} />
      <DutyActions duty={duty} deeds={deeds} onPanel={setPanel} onCalls={onCalls} />
      {shown && (
        <DutyPanel key={shown} panel={shown} deeds={deeds} onDone={panel ? () => setPanel("") : undefined} />
      )}
    </li>
  );
}

/** A card of this duty asks itself how the try ended. */
const useOnCard = (id: string): boolean =>
  useDeskState((state) => state.cards.some(({ card }) => (card.callback?.id || card.callback_id) === id));
