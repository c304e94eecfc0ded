import { IconAlertTriangle } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { type CardEntry, isOpen } from "../../../core/cards";
import type { BlockName, Card } from "../../../protocol/types";
import { chosenOf } from "../identity";
import classes from "./blocks.module.css";
import { CallbackBlock } from "./CallbackBlock";
import { HistoryBlock } from "./HistoryBlock";
import { IdentityBlock } from "./IdentityBlock";
import { OrdersBlock } from "./OrdersBlock";
import { PeopleBlock } from "./PeopleBlock";
import { VariablesBlock } from "./VariablesBlock";

const Work = lazy(() => import("../work/Work"));

/** What is read only stands beside on a wide card; what is worked with keeps the wider place. */
const aside: readonly BlockName[] = ["orders", "history"];

const justWho: readonly BlockName[] = ["identity"];

interface Props {
  entry: CardEntry;
  /** The card keeps a place for its data. */
  waited: boolean;
}

/**
 * The blocks that the scenario shows, in its order. A block keeps its place in the tree while versions
 * come. Before the data of a ringing call are there nothing stands in their place: so nothing moves.
 */
export function Blocks({ entry, waited }: Props) {
  const { card } = entry;
  const outside = card.match !== "internal" && card.match !== "anonymous";
  const unfound = card.lookup === "pending" && card.candidates.length === 0;
  const blocks = !unfound ? card.scenario.blocks : placesOf(entry, waited);
  const part = (names: readonly BlockName[]) =>
    names.map((name) => (
      <div key={name} className={classes.block} data-block={name} style={{ order: blocks.indexOf(name) }}>
        {renderBlock(name, entry)}
      </div>
    ));
  const right = outside ? blocks.filter((name) => aside.includes(name)) : [];
  return (
    <>
      <LookupState card={card} />
      <div className={classes.blocks}>
        <div className={classes.column}>{part(blocks.filter((name) => !aside.includes(name)))}</div>
        {right.length > 0 && <div className={classes.column}>{part(right)}</div>}
      </div>
    </>
  );
}

/** While nothing is known of the client: a call that is over is not looked up any more. */
function placesOf(entry: CardEntry, waited: boolean): readonly BlockName[] {
  if (!isOpen(entry)) return [];
  return waited ? justWho : entry.card.scenario.blocks;
}

function renderBlock(name: BlockName, entry: CardEntry): ReactNode {
  const { card } = entry;
  switch (name) {
    case "identity":
      return <IdentityBlock card={card} />;
    case "callback":
      return <CallbackBlock card={card} />;
    case "people":
      return <PeopleBlock card={card} />;
    case "orders":
      return <OrdersBlock orders={chosenOf(card)?.orders ?? []} />;
    case "history":
      return <HistoryBlock card={card} />;
    case "variables":
      return <VariablesBlock variables={card.variables} />;
    default:
      return (
        <Suspense fallback={null}>
          <Work part={name} entry={entry} />
        </Suspense>
      );
  }
}

function LookupState({ card }: { card: Card }) {
  const { t } = useTranslation();
  if (card.lookup !== "failed") return null;
  return (
    <p className={classes.warning} role="status">
      <IconAlertTriangle size={16} aria-hidden /> {t("card.lookupFailed")}
    </p>
  );
}
