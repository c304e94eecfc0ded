import { Button, Text, Title } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isRinging } from "../core/cards";
import { formatPhone } from "../core/format";
import { AgentBar, AgentNotices } from "../features/agent/AgentBar";
import { CardStack } from "../features/card/CardStack";
import { Opening } from "../features/card/opening";
import { KeysProvider } from "../features/keys/KeysProvider";
import { RingProvider } from "../features/ring/RingProvider";
import { WhyProvider } from "../features/trace/WhyProvider";
import type { User } from "../protocol/types";
import classes from "./app.module.css";
import { Boundary } from "./Boundary";
import { ConnectionBanner } from "./ConnectionBanner";
import { useDesk, useDeskState, useUser } from "./desk";
import { DialTool, PreferencesTool } from "./HeaderTools";
import { Nav } from "./Nav";
import { useOnScreen } from "./useOnScreen";
import { SettingsProvider } from "./useSettings";

/** What stays whatever page is open: header, cards, the way between pages. */
export function Frame() {
  const { t } = useTranslation();
  const user = useUser();
  const atDesk = useRouterState({ select: (state) => state.resolvedLocation?.pathname === "/" });
  return (
    <SettingsProvider>
      <RingProvider>
        <Opening>
          <WhyProvider>
            <KeysProvider>
              <a href="#cards" className={classes.skip}>
                {t("app.skip")}
              </a>
              <Header user={user} />
              <div className={classes.below}>
                <Nav />
                <main className={classes.page} data-desk={atDesk || undefined}>
                  <Boundary>
                    <CardStack />
                  </Boundary>
                  <Boundary>
                    <Outlet />
                  </Boundary>
                </main>
              </div>
              <RingBelow />
            </KeysProvider>
          </WhyProvider>
        </Opening>
      </RingProvider>
    </SettingsProvider>
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
        {user.interface && <DialTool />}
        {user.interface && <AgentBar />}
        <PreferencesTool onLogout={() => void desk.logout().catch(() => location.reload())} />
      </header>
      <ConnectionBanner />
      {user.interface && <AgentNotices />}
    </div>
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
