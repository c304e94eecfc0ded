import { Badge, Button, Tabs, Text, Title } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isRinging } from "../core/cards";
import { formatPhone } from "../core/format";
import { AgentBar, AgentNotices } from "../features/agent/AgentBar";
import { CallbackList } from "../features/callbacks/CallbackList";
import { CallList } from "../features/calls/CallList";
import { type Filter, noFilter } from "../features/calls/useCalls";
import { CardStack } from "../features/card/CardStack";
import { DialButton } from "../features/dialer/DialButton";
import { KeysProvider } from "../features/keys/KeysProvider";
import { RingProvider } from "../features/ring/RingProvider";
import { WhyProvider } from "../features/trace/TraceDrawer";
import type { User } from "../protocol/types";
import classes from "./app.module.css";
import { Boundary } from "./Boundary";
import { ConnectionBanner } from "./ConnectionBanner";
import { useDesk, useDeskState } from "./desk";
import { Preferences } from "./Preferences";
import { useOnScreen } from "./useOnScreen";

/** The page of an agent who is logged in: header, cards, lists. */
export function Shell({ user }: { user: User }) {
  const { t } = useTranslation();
  return (
    <RingProvider>
      <WhyProvider>
        <KeysProvider>
          <a href="#cards" className={classes.skip}>
            {t("app.skip")}
          </a>
          <Header user={user} />
          <main className={classes.page}>
            <Boundary>
              <CardStack />
            </Boundary>
            <aside className={classes.side}>
              <Boundary>
                <Lists />
              </Boundary>
            </aside>
          </main>
          <RingBelow />
        </KeysProvider>
      </WhyProvider>
    </RingProvider>
  );
}

function Header({ user }: { user: User }) {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <div className={classes.header}>
      <header className={classes.bar}>
        <div className={classes.brand}>
          <img src="/favicon.svg" alt={t("app.name")} width={26} height={26} />
          <Title order={1} className="visually-hidden">
            {t("app.name")}
          </Title>
          <div className={`${classes.who} ${classes.onlyWide}`}>
            <Text size="sm" fw={600} truncate>
              {user.name || user.username}
            </Text>
            {user.extension && (
              <Text size="xs" c="dimmed">
                {t("agent.extension", { extension: user.extension })}
              </Text>
            )}
          </div>
        </div>
        {user.interface && <DialButton />}
        {user.interface && <AgentBar />}
        <Preferences onLogout={() => void desk.logout().catch(() => location.reload())} />
      </header>
      <ConnectionBanner />
      {user.interface && <AgentNotices />}
    </div>
  );
}

function Lists() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>("callbacks");
  const [filter, setFilter] = useState<Filter>(noFilter);
  const waiting = useDeskState((state) => state.callbacks.length);
  const showCalls = (number: string) => {
    setFilter({ ...noFilter, number });
    setTab("calls");
  };
  return (
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
        <CallbackList onCalls={showCalls} />
      </Tabs.Panel>
      <Tabs.Panel value="calls">
        <CallList filter={filter} onFilter={setFilter} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Points at a ringing card that is scrolled out of sight; nothing moves by itself. */
function RingBelow() {
  const { t } = useTranslation();
  const ringing = useDeskState((state) => state.cards.find(isRinging));
  const seen = useOnScreen(ringing ? `card-${ringing.key}` : undefined);
  if (!ringing || seen) return null;
  const show = () => document.getElementById(`card-${ringing.key}`)?.scrollIntoView({ block: "center" });
  return (
    <Button
      className={classes.pill}
      color="#a85b00"
      radius="xl"
      leftSection={<IconArrowUp size={16} />}
      onClick={show}
    >
      {t("card.ringing")}: {formatPhone(ringing.card.client) || t("card.anonymous")}
    </Button>
  );
}
