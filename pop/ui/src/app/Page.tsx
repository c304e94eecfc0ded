import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./page.module.css";
import { usePageTitle } from "./usePageTitle";

interface Props {
  title: string;
  /** Beside the title, at the end of the line. */
  tools?: ReactNode;
  children: ReactNode;
}

/** One page beside the cards. */
export function Page({ title, tools, children }: Props) {
  usePageTitle(title);
  return (
    <section className={classes.paper} aria-labelledby="page-title">
      <Group className={classes.head} justify="space-between" wrap="nowrap">
        <Title order={2} id="page-title" className={classes.title}>
          {title}
        </Title>
        {tools}
      </Group>
      {children}
    </section>
  );
}

/** Nothing to show, and what that means. */
export function Nothing({ title, hint }: { title: string; hint?: string }) {
  return (
    <div className={classes.nothing}>
      <p>
        <b>{title}</b>
      </p>
      {hint && <p className={classes.hint}>{hint}</p>}
    </div>
  );
}

/** For pages that are for supervisors only; the server says the same. */
export function Forbidden() {
  const { t } = useTranslation();
  return <Nothing title={t("nav.forbidden")} />;
}
