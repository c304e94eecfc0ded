import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./page.module.css";

/** While a page's program is fetched: the shape of a list. */
export const PageLoading = () => (
  <div className={classes.paper} aria-busy>
    <Stack gap="sm" p="md">
      <Skeleton height={28} width="30%" />
      {["a", "b", "c", "d", "e"].map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  </div>
);

/** No such page: calls and cards go on beside it. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className={classes.paper}>
      <Stack gap="xs" align="center" py={48} px="md" ta="center">
        <Title order={2}>{t("nav.notFound")}</Title>
        <Text c="dimmed">{t("nav.notFoundHint")}</Text>
        <Button mt="sm" renderRoot={(props) => <Link to="/" {...props} />}>
          {t("nav.toDesk")}
        </Button>
      </Stack>
    </div>
  );
}

/** Mostly a page of an older build: the file it asks for is gone from the server. */
export function PageFailed() {
  const { t } = useTranslation();
  return (
    <div className={classes.paper}>
      <Stack gap="xs" align="center" py={48} px="md" ta="center" role="alert">
        <Title order={2}>{t("nav.failed")}</Title>
        <Text c="dimmed">{t("nav.failedHint")}</Text>
        <Button mt="sm" onClick={() => location.reload()}>
          {t("app.reload")}
        </Button>
      </Stack>
    </div>
  );
}
