import { Button } from "@mantine/core";
import { IconPhoneX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../../app/desk";
import { useNow } from "../../../app/useNow";
import { when } from "../../../core/format";
import type { Card } from "../../../protocol/types";
import classes from "./blocks.module.css";
import { useCallback } from "./useCallback";

/** The client waits for a call: since when, and who takes it upon himself. */
export function CallbackBlock({ card }: { card: Card }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const me = useDeskState((state) => state.self?.agent ?? "");
  const open = useOpenCallback(card);
  const { busy, done, claim, close } = useCallback(open?.id ?? "");
  if (!open || done) return null;
  const since = when(open.first_missed, now, i18n.language);
  const taken = open.claimed_by !== "" && open.claimed_by !== me;
  return (
    <section className={classes.callback} aria-label={t("card.callbackTitle")}>
      <IconPhoneX size={16} aria-hidden />
      <span className={classes.grow}>
        <b>{open.missed > 0 ? t("card.callback", { count: open.missed, since }) : t("card.callbackOpen")}</b>
        {open.due && <span> · {t("card.callbackDue", { when: when(open.due, now, i18n.language) })}</span>}
        {taken && (
          <span> · {t("card.callbackTaken", { name: open.claimed_by_name || open.claimed_by })}</span>
        )}
        {open.claimed_by === me && me !== "" && <span> · {t("card.callbackMine")}</span>}
      </span>
      <span className={classes.buttons}>
        {open.claimed_by === "" && (
          <Button
            size="compact-sm"
            variant="default"
            data-key="claim"
            loading={busy === "claim"}
            disabled={busy !== ""}
            onClick={claim}
          >
            {t("card.callbackClaim")}
          </Button>
        )}
        {!taken && (
          <Button
            size="compact-sm"
            variant="default"
            loading={busy === "close"}
            disabled={busy !== ""}
            onClick={close}
          >
            {t("card.callbackClose")}
          </Button>
        )}
      </span>
    </section>
  );
}

interface Open {
  id: string;
  missed: number;
  first_missed: string;
  due: string;
  claimed_by: string;
  claimed_by_name: string;
}

/** The list of callbacks knows sooner than the card that one was claimed or closed. */
function useOpenCallback(card: Card): Open | undefined {
  const id = card.callback?.id || card.callback_id;
  const listed = useDeskState((state) => state.callbacks.find((each) => each.id === id));
  const [seen, setSeen] = useState("");
  if (listed && seen !== id) setSeen(id);
  const closed = !listed && seen === id;
  if (id === "" || closed) return undefined;
  const known = listed ?? card.callback;
  return {
    id,
    missed: known?.missed ?? 0,
    first_missed: card.callback?.first_missed || listed?.created || "",
    due: known?.due ?? "",
    claimed_by: known?.claimed_by ?? "",
    claimed_by_name: known?.claimed_by_name ?? "",
  };
}
