import { Alert, Button, Drawer, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { useOpened } from "../../app/useOpened";
import { Timeline } from "./Timeline";
import type { CallInQuestion } from "./why";

interface Props {
  call: CallInQuestion;
  opened: boolean;
  onClose(): void;
}

/** The way of one call, beside everything. */
export default function TraceDrawer({ call, opened, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={useOpened(opened)}
      onClose={onClose}
      position="right"
      size="lg"
      title={t("trace.title", { title: call.title })}
      closeButtonProps={{ "aria-label": t("app.close") }}
      overlayProps={{ backgroundOpacity: 0.15 }}
      lockScroll={false}
    >
      <Answer call={call} />
    </Drawer>
  );
}

/** Decisions are written in batches, so the newest come a moment late. */
const reread = 3000;

function Answer({ call }: { call: CallInQuestion }) {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const query = useQuery({
    queryKey: ["trace", call.id],
    queryFn: () => api.trace(call.id),
    retry: false, // there is a button for that
    refetchInterval: call.live ? reread : false,
  });
  if (query.isPending) return <Placeholder />;
  if (query.isError && !query.data) {
    return (
      <Alert color="red" title={t("trace.failed")} role="alert">
        <Text size="sm">{words(query.error)}</Text>
        <Button size="xs" mt="xs" variant="default" onClick={() => void query.refetch()}>
          {t("app.retry")}
        </Button>
      </Alert>
    );
  }
  if (query.data.items.length === 0) {
    return (
      <Stack gap={4} align="center" py="xl">
        <Text fw={600}>{t("trace.empty")}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {t("trace.emptyHint")}
        </Text>
      </Stack>
    );
  }
  return <Timeline items={query.data.items} live={call.live} />;
}

const Placeholder = () => (
  <Stack gap="sm" aria-busy>
    {["a", "b", "c", "d", "e"].map((row) => (
      <Skeleton key={row} height={34} />
    ))}
  </Stack>
);
