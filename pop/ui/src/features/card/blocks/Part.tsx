import type { ReactNode } from "react";
import classes from "./blocks.module.css";

/** A block with its heading. */
export const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={classes.part}>
    <h4>{title}</h4>
    {children}
  </section>
);
