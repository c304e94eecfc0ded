import { Badge, Skeleton, Tabs } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Filter } from "../features/calls/useCalls";
import classes from "./app.module.css";
import { useDeskState } from "./desk";

const CallbackList = lazy(() => import("../features/callbacks/CallbackList"));
const CallList = lazy(() => import("../features/calls/CallList"));

/** Beside the cards: whom I owe a call, and the last calls. */
export function DeskPage() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>("callbacks");
  const [filter, setFilter] = useState<Filter>({});
  const waiting = useDeskState((state) => state.callbacks.length);
  const showCalls = (number: string) => {
    setFilter({ number });
    setTab("calls");
  };
  return (
    <aside className={classes.side}>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab
            value="callbacks"
            rightSection={
              waiting > 0 && (
                <Badge size="sm" circle={waiting < 10}>
                  {waiting}
                </Badge>
              )
            }
          >
            {t("callbacks.tab")}
          </Tabs.Tab>
          <Tabs.Tab value="calls">{t("calls.tab")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="callbacks">
          <Suspense fallback={<Skeleton height={120} m="md" w="auto" />}>
            <CallbackList onCalls={showCalls} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <Suspense fallback={<Skeleton height={240} m="sm" w="auto" />}>
            <CallList filter={filter} onFilter={setFilter} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
