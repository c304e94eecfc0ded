import { Paper } from "@mantine/core";
import { useRef } from "react";
import { useDesk } from "../../app/desk";
import { type CardEntry, isOpen } from "../../core/cards";
import { AfterCall, useAfterCall } from "../agent/AfterCall";
import { Blocks } from "./blocks/Blocks";
import { CardFacts } from "./CardFacts";
import { CardHead } from "./CardHead";
import { ClosedLine } from "./ClosedLine";
import classes from "./card.module.css";
import { ControlBar } from "./control/ControlBar";
import { OpenPage } from "./OpenPage";
import { useFolded } from "./useFolded";
import { useShown } from "./useShown";

/** One call. Everything below keeps its place in the tree while versions come, so typing is never lost. */
export function CallCard({ entry }: { entry: CardEntry }) {
  const { store } = useDesk();
  const box = useRef<HTMLElement>(null);
  const { card } = entry;
  useShown(entry);
  const after = useAfterCall([card.call_id, ...card.aliases]);
  const { folded, unfold } = useFolded(entry, after !== undefined, box);
  const dismiss = isOpen(entry) ? undefined : () => store.dismiss(entry.key);
  const id = `card-${entry.key}`;
  if (folded && dismiss) return <ClosedLine entry={entry} onDismiss={dismiss} onUnfold={unfold} />;
  return (
    <Paper
      component="article"
      ref={box}
      tabIndex={-1}
      className={classes.card}
      aria-labelledby={id}
      data-state={toneOf(entry)}
      data-call={card.call_id}
      data-version={card.card_version}
    >
      <CardHead entry={entry} titleId={id} onDismiss={dismiss} />
      <CardFacts card={card} />
      <div className={classes.actions}>
        <ControlBar entry={entry} />
        <OpenPage entry={entry} />
      </div>
      {after && <AfterCall work={after} />}
      <Blocks entry={entry} />
    </Paper>
  );
}

type Tone = "ring" | "dial" | "talk" | "hold" | "closed";

function toneOf(entry: CardEntry): Tone {
  if (!isOpen(entry)) return "closed";
  switch (entry.card.state) {
    case "offered":
      return "ring";
    case "dialing":
      return "dial";
    default:
      return entry.card.call_state === "held" ? "hold" : "talk";
  }
}
