import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Card } from "../../../protocol/types";
import { chosenOf } from "../identity";
import { useChoose } from "../useChoose";
import classes from "./blocks.module.css";
import { Part } from "./Part";
import { useMore } from "./useMore";

/** The number is a company's switchboard: who of its people is on the line? */
export function PeopleBlock({ card }: { card: Card }) {
  const { t } = useTranslation();
  const choose = useChoose(card.call_id);
  const { shown, more } = useMore(card.people, 5);
  const chosen = chosenOf(card);
  if (card.people.length === 0 || chosen?.is_company === false) return null;
  return (
    <Part title={t("card.people")}>
      <ul className={classes.rows}>
        {shown.map((person) => (
          <li key={person.id} className={classes.row}>
            <span className={classes.grow}>{person.name}</span>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("card.speaksName", { name: person.name })}
              loading={choose.busy === person.id}
              disabled={choose.busy !== ""}
              onClick={() => choose.choose(person.id)}
            >
              {t("card.speaks")}
            </Button>
          </li>
        ))}
      </ul>
      {more}
    </Part>
  );
}
