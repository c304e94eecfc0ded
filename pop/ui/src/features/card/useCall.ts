import { useEffect, useState } from "react";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import type { PlainAction, TransferKind } from "../../core/workApi";
import type { Card } from "../../protocol/types";

type Doing = PlainAction | TransferKind | "";

export interface CallControl {
  /** What was asked for and not seen in the card yet. */
  busy: Doing;
  /** Why the last wish was not carried out, or "". */
  fault: string;
  act(action: PlainAction): void;
  transfer(to: string, kind: TransferKind): Promise<boolean>;
}

/** The PBX says nothing about a wish that changes nothing: the button comes back then. A transfer is waited for 5 s by the server. */
const patience = 8000;

/** Asks the PBX to do something with the call; the card shows what came of it. */
export function useCall(card: Card): CallControl {
  const { api } = useDesk();
  const words = useFailure();
  const [busy, setBusy] = useState<Doing>("");
  const [fault, setFault] = useState("");
  const shown = `${card.state} ${card.call_state} ${card.can}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the card says now answers the wish
  useEffect(() => {
    setBusy("");
    setFault("");
  }, [shown]);
  useEffect(() => {
    if (busy === "") return;
    const timer = setTimeout(() => setBusy(""), patience);
    return () => clearTimeout(timer);
  }, [busy]);
  const ask = async (doing: Doing, wish: () => Promise<void>): Promise<boolean> => {
    setBusy(doing);
    setFault("");
    try {
      await wish();
      return true;
    } catch (error) {
      setFault(words(error));
      setBusy("");
      return false;
    }
  };
  return {
    busy,
    fault,
    act: (action) => void ask(action, () => api.work.act(card.call_id, action)),
    transfer: (to, kind) => ask(kind, () => api.work.transfer(card.call_id, to, kind)),
  };
}
