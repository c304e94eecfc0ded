import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

/** The first few of a list, and the way to the rest: a card keeps its height until somebody asks for more. */
export function useMore<T>(items: readonly T[], few: number): { shown: readonly T[]; more: ReactNode } {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (all || items.length <= few) return { shown: items, more: null };
  const more = (
    <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAll(true)}>
      {t("card.more", { count: items.length - few })}
    </Button>
  );
  return { shown: items.slice(0, few), more };
}
