import { Menu } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSettings } from "../../app/useSettings";

/** Browsers let pages take tel: links on https and localhost only, and ask the agent themselves. */
const canHandle = (): boolean => window.isSecureContext && "registerProtocolHandler" in navigator;

/** Offers this page for tel: links of every other page. */
export function LinkSetting() {
  const { t } = useTranslation();
  const { control } = useSettings();
  if (!control || !canHandle()) return null;
  const take = () => navigator.registerProtocolHandler("tel", `${location.origin}/?call=%s`);
  return (
    <Menu.Item leftSection={<IconPhone size={16} />} onClick={take}>
      {t("dialer.handler")}
    </Menu.Item>
  );
}
