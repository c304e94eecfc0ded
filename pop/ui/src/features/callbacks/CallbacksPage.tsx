import { Button, SegmentedControl } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../app/desk";
import { Page } from "../../app/Page";
import { type Scope, scopes } from "../../core/callbackApi";
import { type CallbackState, callbackStates } from "../../protocol/types";
import CallbackList, { ClosedList, Waiting } from "./CallbackList";
import classes from "./callbacks.module.css";

const NewCallback = lazy(() => import("./NewCallback"));
const route = getRouteApi("/callbacks");

/** Whom we owe a call: mine, my queues', all; and what became of earlier ones. */
export function CallbacksPage() {
  const { t } = useTranslation();
  const { queues } = useUser();
  const navigate = useNavigate();
  const search = route.useSearch();
  const state = callbackStates.find((each) => each === search.state) ?? "open";
  const offered = scopes.filter((each) => each !== "queues" || queues.length > 0);
  const scope = offered.find((each) => each === search.scope) ?? "all";
  const [making, setMaking] = useState(false);
  const go = (to: { state: CallbackState; scope: Scope }) =>
    void navigate({
      to: "/callbacks",
      search: {
        ...(to.state !== "open" && { state: to.state }),
        ...(to.scope !== "all" && { scope: to.scope }),
      },
    });
  const onCalls = (number: string) => void navigate({ to: "/calls", search: { number } });
  const tools = (
    <Button
      size="xs"
      variant={making ? "light" : "filled"}
      leftSection={<IconPlus size={14} />}
      aria-expanded={making}
      onClick={() => setMaking(!making)}
    >
      {t("callbacks.new")}
    </Button>
  );
  return (
    <Page title={t("nav.callbacks")} tools={tools}>
      {making && (
        <Suspense fallback={<Waiting />}>
          <NewCallback onDone={() => setMaking(false)} />
        </Suspense>
      )}
      <div className={classes.filters}>
        <SegmentedControl
          size="xs"
          aria-label={t("callbacks.scopeLabel")}
          value={scope}
          data={offered.map((value) => ({ value, label: t(`callbacks.scope.${value}`) }))}
          onChange={(value) => go({ state, scope: value as Scope })}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("callbacks.stateLabel")}
          value={state}
          data={callbackStates.map((value) => ({ value, label: t(`callbacks.state.${value}`) }))}
          onChange={(value) => go({ state: value as CallbackState, scope })}
        />
      </div>
      {state === "open" ? (
        <CallbackList scope={scope} onCalls={onCalls} />
      ) : (
        <ClosedList state={state} scope={scope} onCalls={onCalls} />
      )}
    </Page>
  );
}
