import type { CardEntry } from "../../../core/cards";
import { NotesBlock } from "./NotesBlock";
import { ResultBlock } from "./ResultBlock";

interface Props {
  part: "notes" | "result";
  entry: CardEntry;
}

/** What an agent writes about a call. Loaded after the first card is on the glass: nobody writes before he talks. */
export default function Work({ part, entry }: Props) {
  return part === "notes" ? <NotesBlock entry={entry} /> : <ResultBlock entry={entry} />;
}
