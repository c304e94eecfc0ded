import { memo, useRef, useState } from "react";
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
import { useWhole } from "./useWhole";

interface Props {
  entry: CardEntry;
}

/**
 * One call. Everything below keeps its place in the tree while versions come, so typing is never lost.
 * Frames change one card of the stack: the others are not drawn anew.
 */
export const CallCard = memo(function CallCard({ entry }: Props) {
  const { store } = useDesk();
  const box = useRef<HTMLElement>(null);
  const { card } = entry;
  useShown(entry);
  const whole = useWhole();
  const waited = useWaited(entry);
  const after = useAfterCall([card.call_id, ...card.aliases]);
  const { folded, unfold } = useFolded(entry, after !== undefined, box);
  const dismiss = isOpen(entry) ? undefined : () => store.dismiss(entry.key);
  const id = `card-${entry.key}`;
  if (folded && dismiss) return <ClosedLine entry={entry} onDismiss={dismiss} onUnfold={unfold} />;
  return (
    <article
      ref={box}
      tabIndex={-1}
      className={classes.card}
      aria-labelledby={id}
      aria-busy={!whole}
      data-state={toneOf(entry)}
      data-call={card.call_id}
      data-version={card.card_version}
      data-waited={waited || undefined}
    >
      <CardHead entry={entry} titleId={id} whole={whole} onDismiss={dismiss} />
      <CardFacts card={card} />
      {whole ? <Body entry={entry} after={after} waited={waited} /> : <div className={classes.coming} />}
    </article>
  );
});

interface BodyProps extends Props {
  after: ReturnType<typeof useAfterCall>;
  waited: boolean;
}

/** What follows the first paint. */
function Body({ entry, after, waited }: BodyProps) {
  return (
    <>
      <div className={classes.actions}>
        <ControlBar entry={entry} />
        <OpenPage entry={entry} />
      </div>
      {after && <AfterCall work={after} />}
      <Blocks entry={entry} waited={waited} />
    </>
  );
}

/** While it rings, a card that was painted before its data keeps their place, so that nothing jumps when they come. */
function useWaited({ card }: CardEntry): boolean {
  const [late] = useState(card.lookup === "pending");
  const outside = card.match !== "internal" && card.match !== "anonymous";
  return late && outside && (card.state === "offered" || card.state === "dialing");
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
