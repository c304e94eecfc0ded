import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { RouterHistory } from "@tanstack/react-router";
import type { i18n } from "i18next";
import { lazy, Suspense, useState } from "react";
import { I18nextProvider } from "react-i18next";
import type { Desk } from "../core/desk";
import { App } from "./App";
import { DeskProvider } from "./desk";
import { makeRouter } from "./router";
import { theme, variables } from "./theme";

/** What is told before it has come waits for it. */
const Notifications = lazy(() =>
  import("@mantine/notifications").then((module) => ({ default: module.Notifications })),
);

/** Everything that the features stand on; tests use it with a fake desk. */
interface Props {
  desk: Desk;
  i18n: i18n;
  /** "test" leaves Mantine's transitions out. */
  env?: "default" | "test";
  /** Where the page's addresses live: the browser's own when left out. */
  history?: RouterHistory;
}

export function Root({ desk, i18n, env = "default", history }: Props) {
  const [router] = useState(() => makeRouter(history));
  const [queries] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: 1 } } }));
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider env={env} theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Suspense fallback={null}>
          <Notifications position="bottom-right" />
        </Suspense>
        <QueryClientProvider client={queries}>
          <DeskProvider desk={desk}>
            <App router={router} />
          </DeskProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nextProvider>
  );
}
