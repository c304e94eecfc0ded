import type { Variable } from "../../../protocol/types";
import classes from "./blocks.module.css";

/** What the caller told the menu, as a contract number: shown big enough to read it back to him. */
export function VariablesBlock({ variables }: { variables: readonly Variable[] }) {
  if (variables.length === 0) return null;
  return (
    <dl className={classes.variables}>
      {variables.map((each) => (
        <div key={each.name}>
          <dt>{each.label || each.name}</dt>
          <dd>{each.value || "—"}</dd>
        </div>
      ))}
    </dl>
  );
}
