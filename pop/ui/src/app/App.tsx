import { Button, Loader, Stack, Text, Title } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import classes from "./app.module.css";
import { useDesk, useWatch } from "./desk";
import type { AppRouter } from "./router";
import { useBrowser } from "./useBrowser";
import { useEmbed } from "./useEmbed";

const LoginPage = lazy(() =>
  import("../features/login/LoginPage").then((page) => ({ default: page.LoginPage })),
);

export function App({ router }: { router: AppRouter }) {
  const desk = useDesk();
  const session = useWatch(desk.session);
  useBrowser(desk);
  useEmbed(desk);
  switch (session.state) {
    case "starting":
      return <Starting />;
    case "unreachable":
      return <Unreachable />;
    case "out":
      return (
        <Suspense fallback={<Starting />}>
          <LoginPage why={session.why} />
        </Suspense>
      );
    case "in":
      return <RouterProvider router={router} />;
  }
}

function Starting() {
  const { t } = useTranslation();
  return (
    <div className={classes.center}>
      <Loader aria-label={t("app.starting")} />
    </div>
  );
}

function Unreachable() {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <main className={classes.center}>
      <Stack gap="xs" align="center">
        <Title order={1}>{t("app.unreachable")}</Title>
        <Text c="dimmed">{t("app.unreachableHint")}</Text>
        <Button mt="sm" onClick={() => void desk.open()}>
          {t("app.retry")}
        </Button>
      </Stack>
    </main>
  );
}
