import { Badge, Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import type { Candidate, Usually } from "../../protocol/types";
import { PhoneNumber, plain } from "../dialer/PhoneNumber";
import { Company, ContactName } from "./ContactBlock";
import classes from "./card.module.css";

interface Props {
  candidates: readonly Candidate[];
  chosen: string;
  busy: string;
  /** Whom agents chose before for this number. */
  usually?: Usually;
  /** Found by name: their calls and orders were not looked up. */
  searched?: boolean;
  onChoose(id: string): void;
}

/** People to choose from, each with what tells them apart. */
export function CandidateList({ candidates, chosen, busy, usually, searched = false, onChoose }: Props) {
  const { t } = useTranslation();
  if (candidates.length === 0) return null;
  return (
    <ul className={classes.candidates}>
      {candidates.map((each, i) => (
        <li key={each.id} className={classes.candidate} data-chosen={each.id === chosen || undefined}>
          <div className={classes.person}>
            <ContactName contact={each}>
              {usually?.contact_id === each.id && (
                <Badge size="sm" variant="light" radius="sm" tt="none" title={t("card.usuallyHint")}>
                  {t("card.usually", { count: usually.times })}
                </Badge>
              )}
            </ContactName>
            <Company contact={each} />
          </div>
          {each.id === chosen ? (
            <Text size="sm" fw={600} className={classes.fixed}>
              {t("card.chosen")}
            </Text>
          ) : (
            <Button
              size="xs"
              variant="default"
              className={classes.fixed}
              data-key={searched ? undefined : `choose-${i + 1}`}
              aria-label={t("card.chooseName", { name: each.name })}
              loading={busy === each.id}
              disabled={busy !== ""}
              onClick={() => onChoose(each.id)}
            >
              {t("card.choose")}
            </Button>
          )}
          <Marks contact={each} searched={searched} />
        </li>
      ))}
    </ul>
  );
}

function Marks({ contact, searched }: { contact: Candidate; searched: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow(0);
  const responsible = useDeskState(
    (state) => state.agents.get(contact.responsible)?.name ?? contact.responsible,
  );
  const last = contact.last_call
    ? t("card.lastCall", { when: when(contact.last_call, now, i18n.language) })
    : searched
      ? ""
      : t("card.neverCalled");
  const orders = contact.orders.length > 0 ? t("card.ordersCount", { count: contact.orders.length }) : "";
  const number = contact.certain && !searched ? "" : (contact.phones[0] ?? "");
  const facts = [last, orders, responsible && `${t("card.responsible")}: ${responsible}`].filter(Boolean);
  return (
    <Text size="xs" c="dimmed" component="div" className={classes.marks}>
      {number && <PhoneNumber phone={plain(number)} contactId={contact.id} />}
      {number && facts.length > 0 && " · "}
      {facts.join(" · ")}
    </Text>
  );
}
