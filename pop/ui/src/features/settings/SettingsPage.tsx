import { Button, Kbd, SegmentedControl, Switch, Text, useMantineColorScheme } from "@mantine/core";
import { type ReactNode, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { densities, rememberedDensity, setDensity } from "../../app/density";
import { useDesk, useUser, useWatch } from "../../app/desk";
import { isLanguage, languages, speak } from "../../app/i18n";
import { Page } from "../../app/Page";
import { KeysContext } from "../keys/keys";
import { type Alerts, canNotify, canSound, useAlerts } from "../ring/alerts";
import classes from "./settings.module.css";

const schemes = ["light", "dark", "auto"] as const;

/** What an agent chooses for this browser. */
export function SettingsPage() {
  const { t } = useTranslation();
  const alerts = useAlerts();
  return (
    <Page title={t("nav.settings")}>
      <div className={classes.list}>
        <Look />
        {alerts && (
          <Row label={t("settings.alerts")}>
            <Sound alerts={alerts} />
            <Notices alerts={alerts} />
          </Row>
        )}
        <Keyboard />
        <Account />
      </div>
    </Page>
  );
}

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <section className={classes.row} aria-label={label}>
    <Text fw={600} size="sm">
      {label}
    </Text>
    <div className={classes.value}>{children}</div>
  </section>
);

function Look() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, choose] = useState(rememberedDensity);
  const setLanguage = (language: string) => {
    if (!isLanguage(language)) return;
    void speak(i18n, language).catch(() => {}); // no network: the page stays as it is
  };
  return (
    <>
      <Row label={t("app.language")}>
        <SegmentedControl
          aria-label={t("app.language")}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          value={i18n.language}
          onChange={setLanguage}
        />
      </Row>
      <Row label={t("settings.theme")}>
        <SegmentedControl
          aria-label={t("settings.theme")}
          data={schemes.map((value) => ({ value, label: t(`app.themes.${value}`) }))}
          value={colorScheme}
          onChange={setColorScheme}
        />
      </Row>
      <Row label={t("settings.density")}>
        <SegmentedControl
          aria-label={t("settings.density")}
          data={densities.map((value) => ({ value, label: t(`settings.densities.${value}`) }))}
          value={density}
          onChange={(value) => {
            choose(value);
            setDensity(value);
          }}
        />
      </Row>
    </>
  );
}

function Sound({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const on = useWatch(alerts.sound);
  if (!canSound()) return <Text size="sm">{t("settings.silent")}</Text>;
  const toggle = () => {
    alerts.sound.set(!on);
    if (!on) void alerts.ringtone.audible(); // this click is the gesture that browsers want
  };
  return <Switch label={t("ring.sound")} checked={on} onChange={toggle} />;
}

function Notices({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const wanted = useWatch(alerts.notices);
  const [permission, setPermission] = useState(() => (canNotify() ? Notification.permission : "denied"));
  if (!canNotify())
    return (
      <Text size="sm" c="dimmed">
        {t("settings.noNotices")}
      </Text>
    );
  const on = wanted && permission === "granted";
  const toggle = async () => {
    if (on) return alerts.notices.set(false);
    const answer = await Notification.requestPermission();
    setPermission(answer);
    alerts.notices.set(answer === "granted");
  };
  return (
    <Switch
      label={t("ring.notices")}
      description={permission === "denied" ? t("ring.blocked") : undefined}
      disabled={permission === "denied"}
      checked={on}
      onChange={() => void toggle()}
    />
  );
}

function Keyboard() {
  const { t } = useTranslation();
  const show = useContext(KeysContext);
  return (
    <Row label={t("settings.keys")}>
      <Button size="xs" variant="default" rightSection={<Kbd size="xs">?</Kbd>} onClick={() => show?.()}>
        {t("keys.title")}
      </Button>
    </Row>
  );
}

function Account() {
  const { t } = useTranslation();
  const desk = useDesk();
  const user = useUser();
  return (
    <Row label={t("settings.account")}>
      <Text size="sm">
        {user.name || user.username}
        {user.extension && `, ${t("agent.extension", { extension: user.extension })}`}
      </Text>
      <Button size="xs" variant="default" onClick={() => void desk.logout().catch(() => location.reload())}>
        {t("app.logout")}
      </Button>
    </Row>
  );
}
