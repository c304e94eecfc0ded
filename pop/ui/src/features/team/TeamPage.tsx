import { Alert, Badge, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDesk, useDeskState, useUser } from "../../app/desk";
import { isSupervisor } from "../../app/Nav";
import { Forbidden, Nothing, Page } from "../../app/Page";
import { useFailure } from "../../app/useFailure";
import { useNow } from "../../app/useNow";
import { useSettings } from "../../app/useSettings";
import { clock, secondsBetween } from "../../core/format";
import type { QueueState } from "../../protocol/lists";
import { AgentRow } from "./AgentRow";
import classes from "./team.module.css";

/** Who waits, who works, and whom no call can reach: for supervisors. */
export function TeamPage() {
  const { t } = useTranslation();
  const user = useUser();
  const agents = useDeskState((state) => state.agents);
  if (!isSupervisor(user.role))
    return (
      <Page title={t("nav.team")}>
        <Forbidden />
      </Page>
    );
  const sorted = [...agents.values()].sort(
    (a, b) => Number(b.unreachable) - Number(a.unreachable) || a.name.localeCompare(b.name),
  );
  return (
    <Page title={t("nav.team")}>
      <section className={classes.part}>
        <h3>{t("team.queues")}</h3>
        <Queues />
      </section>
      <section className={classes.part}>
        <h3>{t("team.agents")}</h3>
        <ul className={classes.agents} aria-label={t("team.agents")}>
          {sorted.map((agent) => (
            <AgentRow key={agent.agent} agent={agent} />
          ))}
        </ul>
      </section>
    </Page>
  );
}

const pulse = 3000;

function Queues() {
  const { t } = useTranslation();
  const { api } = useDesk();
  const words = useFailure();
  const query = useQuery({ queryKey: ["queues"], queryFn: api.lists.queues, refetchInterval: pulse });
  if (query.isPending) return <Skeleton height={88} />;
  if (!query.data)
    return (
      <Alert color="red" title={t("team.failed")}>
        {words(query.error)}
      </Alert>
    );
  if (query.data.length === 0) return <Nothing title={t("team.noQueues")} />;
  return (
    <div className={classes.queues}>
      {query.data.map((queue) => (
        <Queue key={queue.name} queue={queue} />
      ))}
    </div>
  );
}

/** Asterisk's AST_DEVICE_NOT_INUSE: the phone is free. */
const free = 1;

function Queue({ queue }: { queue: QueueState }) {
  const { t } = useTranslation();
  const now = useNow();
  const { queues } = useSettings();
  const title = queues.find((each) => each.name === queue.name)?.title || queue.name;
  const waits = queue.waiting.map((each) => secondsBetween(each.since, now));
  const ready = queue.members.filter((each) => !each.paused && each.status === free).length;
  return (
    <div className={classes.queue} data-busy={waits.length > 0 || undefined}>
      <Text fw={600}>{title}</Text>
      <Text size="sm">
        {waits.length ? t("team.waiting", { count: waits.length }) : t("team.nobodyWaits")}
        {waits.length > 0 && ` · ${t("team.longest", { time: clock(Math.max(...waits)) })}`}
      </Text>
      <Text size="sm" c="dimmed">
        {t("team.free", { free: ready, all: queue.members.length })}
      </Text>
      {waits.length > 0 && (
        <div className={classes.waits}>
          {waits.slice(0, 8).map((seconds, i) => (
            <Badge key={queue.waiting[i]?.call_id} variant="light" color={seconds > 60 ? "red" : "gray"}>
              {clock(seconds)}
            </Badge>
          ))}
        </div>
      )}
    </div>
  );
}
