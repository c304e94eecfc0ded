import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFailure } from "../../app/useFailure";

/** One act at a time; afterwards the lists are read anew. */
export function useAct() {
  const words = useFailure();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const act = async (doing: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault("");
    try {
      await doing();
    } catch (error) {
      setFault(words(error));
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ["webhooks"] });
  };
  return { busy, fault, act };
}
