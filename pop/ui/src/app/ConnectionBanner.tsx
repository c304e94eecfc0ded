import { Button, Group, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Status } from "../core/connection";
import classes from "./app.module.css";
import { useDesk, useDeskState, useWatch } from "./desk";
import { useNow } from "./useNow";

/** Says why the connection is gone and when it is tried again. Silent for the first connect. */
export function ConnectionBanner() {
  const { connection } = useDesk();
  const status = useWatch(connection.status);
  const reason = status.state === "live" || status.state === "idle" ? undefined : status.reason;
  if (!reason) return null;
  return <Banner status={status} reason={reason} />;
}

function Banner({
  status,
  reason,
}: {
  status: Status;
  reason: Exclude<Status, { state: "live" | "idle" }>["reason"];
}) {
  const { t } = useTranslation();
  const { connection } = useDesk();
  const ready = useDeskState((state) => state.ready);
  const closed = status.state === "closed";
  return (
    <div className={classes.banner} data-closed={closed || undefined}>
      <Group gap="xs" justify="flex-end">
        <Group gap="sm" wrap="nowrap" className={classes.bannerWords}>
          <IconPlugConnectedX size={20} className={classes.bannerIcon} aria-hidden />
          <div>
            <Text fw={600} size="sm" role="alert">
              {reason && t(`connection.${reason}`)}
            </Text>
            <Text size="xs">
              <Countdown status={status} /> {ready && t("connection.stale")}
            </Text>
          </div>
        </Group>
        {closed ? (
          <Button size="xs" variant="white" color="dark" onClick={() => location.reload()}>
            {t("connection.reload")}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="white"
            color="dark"
            className={classes.keep}
            disabled={status.state === "connecting"}
            onClick={() => connection.retry()}
          >
            {t("connection.retry")}
          </Button>
        )}
      </Group>
    </div>
  );
}

function Countdown({ status }: { status: Status }) {
  const { t } = useTranslation();
  const { store } = useDesk();
  const now = useNow(status.state === "waiting" ? 500 : 0);
  if (status.state === "connecting") return t("connection.connecting");
  if (status.state !== "waiting") return null;
  const left = status.retryAt - (now - store.get().skew);
  return t("connection.in", { count: Math.max(0, Math.ceil(left / 1000)) });
}
