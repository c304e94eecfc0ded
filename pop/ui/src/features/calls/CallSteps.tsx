import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useTitles } from "../../app/useTitles";
import { clock, elapsed, secondsBetween } from "../../core/format";
import type { CallRecord } from "../../protocol/types";
import classes from "./calls.module.css";

interface Step {
  at: string;
  text: string;
}

/** What happened to the call, in order: queues it waited in, phones that rang, talks. */
export function CallSteps({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation();
  const steps = useSteps(call);
  if (steps.length === 0) return <Text c="dimmed">{t("calls.nobodyRang")}</Text>;
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <li key={`${step.at} ${step.text}`}>
          <time className="number" dateTime={step.at}>
            {elapsed(secondsBetween(call.started, step.at), i18n.language)}
          </time>
          <span>{step.text}</span>
        </li>
      ))}
    </ol>
  );
}

const offers = ["accepted", "withdrawn", "no_answer", "busy", "rejected"] as const;

function useSteps(call: CallRecord): Step[] {
  const { t } = useTranslation();
  const agents = useDeskState((state) => state.agents);
  const titles = useTitles();
  const who = (user: string, device: string) => agents.get(user)?.name || user || device;
  const end = call.ended || new Date().toISOString();
  const steps = [
    ...call.visits.map((visit) => ({
      at: visit.joined || call.started,
      text: t("calls.waited", {
        time: clock(secondsBetween(visit.joined || call.started, visit.left || end)),
        queue: titles.queue(visit.queue),
      }),
    })),
    ...call.offers.map((offer) => {
      const result = offers.find((known) => known === offer.result) ?? "other";
      return {
        at: offer.at,
        text: `${t("calls.rang", { who: who(offer.user, offer.device) })}: ${t(`calls.offer.${result}`)}`,
      };
    }),
    ...call.talks.map((talk) => ({
      at: talk.from,
      text: t("calls.talked", {
        who: who(talk.user, talk.device),
        time: clock(secondsBetween(talk.from, talk.to || end)),
      }),
    })),
  ];
  return steps.filter((step) => step.at !== "").sort((a, b) => a.at.localeCompare(b.at));
}
