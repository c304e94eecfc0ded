import { Menu } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWatch } from "../../app/desk";
import { type Alerts, canNotify, canSound, useAlerts } from "./alerts";

/** Sound and desktop notifications: the browser is asked only when the agent turns one on. */
export function RingSettings() {
  const { t } = useTranslation();
  const alerts = useAlerts();
  if (!alerts || !(canSound() || canNotify())) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("ring.label")}</Menu.Label>
      {canSound() && <SoundItem alerts={alerts} />}
      {canNotify() && <NoticesItem alerts={alerts} />}
    </>
  );
}

function SoundItem({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const on = useWatch(alerts.sound);
  const toggle = () => {
    alerts.sound.set(!on);
    if (!on) void alerts.ringtone.audible(); // this click is the gesture that browsers want
  };
  return <Choice on={on} label={t("ring.sound")} onClick={toggle} />;
}

function NoticesItem({ alerts }: { alerts: Alerts }) {
  const { t } = useTranslation();
  const wanted = useWatch(alerts.notices);
  const [permission, setPermission] = useState(() => Notification.permission);
  const on = wanted && permission === "granted";
  const toggle = async () => {
    if (on) return alerts.notices.set(false);
    const answer = await Notification.requestPermission();
    setPermission(answer);
    alerts.notices.set(answer === "granted");
  };
  if (permission === "denied") return <Menu.Item disabled>{t("ring.blocked")}</Menu.Item>;
  return <Choice on={on} label={t("ring.notices")} onClick={() => void toggle()} />;
}

interface ChoiceProps {
  on: boolean;
  label: string;
  onClick(): void;
}

const Choice = ({ on, label, onClick }: ChoiceProps) => (
  <Menu.CheckboxItem checked={on} closeMenuOnClick={false} onChange={onClick}>
    {label}
  </Menu.CheckboxItem>
);
