import { ActionIcon } from "@mantine/core";
import { IconPhonePlus, IconSettings } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettings } from "./useSettings";

const DialButton = lazy(() => import("../features/dialer/DialButton"));
const Preferences = lazy(() => import("./Preferences"));

/** The way to call a number, for agents whose phone the server can ring. */
export function DialTool() {
  const { t } = useTranslation();
  const { control } = useSettings();
  const [pressed, setPressed] = useState(false);
  if (!control) return null;
  const place = (
    <ActionIcon variant="default" size="lg" aria-label={t("dialer.open")} onClick={() => setPressed(true)}>
      <IconPhonePlus size={18} />
    </ActionIcon>
  );
  return (
    <Suspense fallback={place}>
      <DialButton pressed={pressed} />
    </Suspense>
  );
}

export function PreferencesTool({ onLogout }: { onLogout(): void }) {
  const { t } = useTranslation();
  const [pressed, setPressed] = useState(false);
  const place = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t("app.menu")}
      onClick={() => setPressed(true)}
    >
      <IconSettings size={20} />
    </ActionIcon>
  );
  return (
    <Suspense fallback={place}>
      <Preferences pressed={pressed} onLogout={onLogout} />
    </Suspense>
  );
}
