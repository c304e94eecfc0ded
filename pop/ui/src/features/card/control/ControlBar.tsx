import { Button } from "@mantine/core";
import {
  IconArrowForwardUp,
  IconCheck,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CardEntry, isOpen } from "../../../core/cards";
import type { PlainAction } from "../../../core/workApi";
import type { CallAction, Card } from "../../../protocol/types";
import { useCall } from "../useCall";
import classes from "./control.module.css";

const TransferPanel = lazy(() => import("./TransferPanel"));

const icons: Record<CallAction, ReactNode> = {
  answer: <IconPhone size={16} />,
  hold: <IconPlayerPause size={16} />,
  resume: <IconPlayerPlay size={16} />,
  transfer: <IconArrowForwardUp size={16} />,
  complete_transfer: <IconCheck size={16} />,
  cancel_transfer: <IconX size={16} />,
  pause_recording: <IconMicrophoneOff size={16} />,
  resume_recording: <IconMicrophone size={16} />,
  hangup: <IconPhoneOff size={16} />,
};

/** The order on the card, whatever the order on the wire. */
const order: readonly CallAction[] = [
  "answer",
  "complete_transfer",
  "cancel_transfer",
  "hold",
  "resume",
  "transfer",
  "pause_recording",
  "resume_recording",
  "hangup",
];

/** What undoes an action has its key. */
const undone: Partial<Record<CallAction, CallAction>> = {
  resume: "hold",
  resume_recording: "pause_recording",
};
const keyOf = (action: CallAction): string => undone[action] ?? action;

/** What the agent must not overlook: to answer, and that nothing is recorded at present. */
const colours: Partial<Record<CallAction, string>> = { answer: "#1b7f4d", resume_recording: "red.8" };
const striking: readonly CallAction[] = ["answer", "complete_transfer", "resume_recording"];

/** What the agent may do with the call now, as the server says. */
export function ControlBar({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const { card } = entry;
  const call = useCall(card);
  const [transferring, setTransferring] = useState(false);
  const can = isOpen(entry) ? order.filter((action) => card.can.includes(action)) : [];
  if (can.length === 0) return null;
  const press = (action: CallAction) =>
    action === "transfer" ? setTransferring(!transferring) : call.act(action);
  return (
    <div className={classes.control}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would want a legend and a border */}
      <div className={classes.bar} role="group" aria-label={t("card.control.label")}>
        {can.map((action) => (
          <ActionButton
            key={keyOf(action)}
            action={action}
            card={card}
            loading={call.busy === action}
            disabled={call.busy !== ""}
            expanded={action === "transfer" ? transferring : undefined}
            onPress={() => press(action)}
          />
        ))}
      </div>
      {call.fault && (
        <p className={classes.fault} role="alert">
          {t("card.control.failed", { detail: call.fault })}
        </p>
      )}
      {transferring && can.includes("transfer") && (
        <Suspense fallback={<div className={classes.waiting} />}>
          <TransferPanel call={call} onClose={() => setTransferring(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface ButtonProps {
  action: CallAction;
  card: Card;
  loading: boolean;
  disabled: boolean;
  expanded: boolean | undefined;
  onPress(): void;
}

function ActionButton({ action, card, loading, disabled, expanded, onPress }: ButtonProps) {
  const { t } = useTranslation();
  return (
    <Button
      size="xs"
      variant={striking.includes(action) ? "filled" : "default"}
      color={colours[action]}
      className={classes.button}
      data-action={action}
      data-key={keyOf(action)}
      leftSection={icons[action]}
      loading={loading}
      disabled={disabled && !loading}
      aria-expanded={expanded}
      onClick={onPress}
    >
      {t(`card.control.${wordOf(action, card)}`)}
    </Button>
  );
}

type Word = PlainAction | "transfer" | "decline" | "stop";

/** Hanging up is something else before the talk. */
function wordOf(action: CallAction, card: Card): Word {
  if (action !== "hangup") return action;
  if (card.state === "offered") return "decline";
  return card.state === "dialing" ? "stop" : action;
}
