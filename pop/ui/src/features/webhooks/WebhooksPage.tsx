import { Alert, Button, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useUser } from "../../app/desk";
import { Forbidden, Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { EndpointCard } from "./EndpointCard";
import { NewEndpoint } from "./NewEndpoint";
import classes from "./webhooks.module.css";

const pulse = 5000;

/** Who is told what happens, what waits for them, and what could not be delivered. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const user = useUser();
  const [adding, setAdding] = useState(false);
  if (user.role !== "admin")
    return (
      <Page title={t("nav.webhooks")}>
        <Forbidden />
      </Page>
    );
  const tools = (
    <Button leftSection={<IconPlus size={16} />} variant="default" onClick={() => setAdding(true)}>
      {t("webhooks.add")}
    </Button>
  );
  return (
    <Page title={t("nav.webhooks")} tools={tools}>
      {adding && <NewEndpoint onDone={() => setAdding(false)} />}
      <Endpoints />
    </Page>
  );
}

function Endpoints() {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const query = useQuery({ queryKey: ["webhooks"], queryFn: api.webhooks.all, refetchInterval: pulse });
  if (query.isPending) return <Skeleton height={120} m="md" w="auto" />;
  if (!query.data)
    return (
      <Alert color="red" m="md" title={t("webhooks.failed")}>
        {words(query.error)}
      </Alert>
    );
  if (query.data.length === 0) return <Nothing title={t("webhooks.none")} hint={t("webhooks.noneHint")} />;
  return (
    <ul className={classes.endpoints} aria-label={t("nav.webhooks")}>
      {query.data.map((hook) => (
        <EndpointCard key={hook.id} hook={hook} />
      ))}
    </ul>
  );
}
