import { Button } from "@mantine/core";
import { IconCircleCheck, IconPhoneX } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeskState, useUser } from "../../../app/desk";
import { useNow } from "../../../app/useNow";
import { when } from "../../../core/format";
import type { Callback, Card, CardCallback } from "../../../protocol/types";
import { isAsked, isCorrectable, isFree } from "../../callbacks/duty";
import { useDuty } from "../../callbacks/useDuty";
import { useEnding } from "../../callbacks/useEnding";
import classes from "./blocks.module.css";

const CallbackWork = lazy(() => import("../../callbacks/CallbackWork"));

/** The client waits for a call: since when, who takes it upon himself, and how a try ended. */
export function CallbackBlock({ card }: { card: Card }) {
  const { id, known, duty } = useDutyOf(card);
  if (id === "" || !known) return null;
  return duty && duty.state !== "open" ? (
    <Closed key={id} duty={duty} />
  ) : (
    <Open key={id} known={known} duty={duty} />
  );
}

type Known = Pick<Callback, "id" | "missed" | "first_missed" | "due" | "claimed_by" | "claimed_by_name">;

function Open({ known, duty }: { known: Known; duty: Callback | undefined }) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const user = useUser();
  const deeds = useDuty(known.id);
  const since = when(known.first_missed, now, i18n.language);
  const mine = known.claimed_by === user.username && user.username !== "";
  const taken = known.claimed_by !== "" && !mine;
  const free = duty ? isFree(duty, user) : !taken;
  const facts = [
    duty?.promised && t("callbacks.promisedFor", { when: when(known.due, now, i18n.language) }),
    taken && t("callbacks.taken", { name: known.claimed_by_name || known.claimed_by }),
    mine && t("card.callbackMine"),
    duty?.note,
  ];
  return (
    <section className={classes.callback} aria-label={t("card.callbackTitle")}>
      <IconPhoneX size={16} aria-hidden />
      <span className={classes.grow}>
        <b>
          {known.missed > 0 ? t("card.callback", { count: known.missed, since }) : t("card.callbackOpen")}
        </b>
        {facts.filter(Boolean).map((fact) => (
          <span key={String(fact)}> · {fact}</span>
        ))}
      </span>
      <span className={classes.buttons}>
        {known.claimed_by === "" && (
          <Deed label={t("callbacks.claim")} deed="claim" deeds={deeds} act={deeds.claim} />
        )}
        {mine && <Deed label={t("callbacks.release")} deed="release" deeds={deeds} act={deeds.release} />}
        {free && (
          <Deed
            label={t("card.callbackClose")}
            deed="close"
            deeds={deeds}
            act={() => deeds.close("reached")}
          />
        )}
      </span>
      {free && duty && (
        <Suspense fallback={null}>
          <CallbackWork state="open" deeds={deeds} asked={isAsked(duty, user.username, now)} />
        </Suspense>
      )}
    </section>
  );
}

interface DeedProps {
  label: string;
  deed: "claim" | "release" | "close";
  deeds: ReturnType<typeof useDuty>;
  act(): Promise<boolean>;
}

const Deed = ({ label, deed, deeds, act }: DeedProps) => (
  <Button
    size="compact-sm"
    variant="default"
    data-key={deed === "close" ? undefined : "claim"}
    loading={deeds.busy === deed}
    disabled={deeds.busy !== ""}
    onClick={() => void act()}
  >
    {label}
  </Button>
);

/** What became of it; who heard an answering machine says so. */
function Closed({ duty }: { duty: Callback }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const { username } = useUser();
  const [asked, setAsked] = useState(false);
  const deeds = useDuty(duty.id);
  const ending = useEnding(duty);
  return (
    <section className={classes.callback} data-closed aria-label={t("card.callbackTitle")}>
      <IconCircleCheck size={16} aria-hidden />
      <span className={classes.grow}>{t("card.callbackClosed", { ending })}</span>
      {isCorrectable(duty, username, now) && !asked && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setAsked(true)}>
          {t("callbacks.correct")}
        </Button>
      )}
      {asked && (
        <Suspense fallback={null}>
          <CallbackWork state={duty.state} deeds={deeds} asked onDone={() => setAsked(false)} />
        </Suspense>
      )}
    </section>
  );
}

/** The list of callbacks knows sooner than the card that one was claimed or closed. */
function useDutyOf(card: Card): { id: string; known: Known | undefined; duty: Callback | undefined } {
  const named = card.callback?.id || card.callback_id;
  const [id, setId] = useState(named);
  if (named !== "" && named !== id) setId(named);
  const open = useDeskState((state) => state.callbacks.find((each) => each.id === id));
  const closed = useDeskState((state) => state.closedCallbacks.find((each) => each.id === id));
  const duty = open ?? closed;
  return { id, duty, known: duty ? of(duty, card.callback) : named === id ? ofCard(card, id) : undefined };
}

const of = (duty: Callback, told: CardCallback | undefined): Known => ({
  ...duty,
  first_missed: duty.first_missed || told?.first_missed || duty.created,
});

const ofCard = ({ callback }: Card, id: string): Known =>
  callback ?? { id, missed: 0, first_missed: "", due: "", claimed_by: "", claimed_by_name: "" };
