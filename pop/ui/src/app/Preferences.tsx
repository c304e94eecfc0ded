import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconKeyboard, IconLogout, IconSettings } from "@tabler/icons-react";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { LinkSetting } from "../features/dialer/LinkSetting";
import { KeysContext } from "../features/keys/keys";
import { RingSettings } from "../features/ring/RingSettings";
import { isLanguage, languages, speak } from "./i18n";

const schemes = ["light", "dark", "auto"] as const;

function useLanguage() {
  const { i18n } = useTranslation();
  const choose = (language: string) => {
    if (!isLanguage(language)) return;
    void speak(i18n, language).catch(() => {}); // no network: the page stays as it is
  };
  return { language: i18n.language, choose };
}

interface Props {
  /** Its button was pressed before the menu had come. */
  pressed?: boolean;
  onLogout?: () => void;
}

/** Language, theme and alerts, and the way out. */
export default function Preferences({ pressed, onLogout }: Props) {
  const { t } = useTranslation();
  const showKeys = useContext(KeysContext);
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu defaultOpened={pressed} position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("app.menu")}>
          <IconSettings size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("app.language")}</Menu.Label>
        {Object.entries(languages).map(([code, name]) => (
          <Menu.Item
            key={code}
            lang={code}
            onClick={() => choose(code)}
            rightSection={<Tick on={code === language} />}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={<Tick on={scheme === colorScheme} />}
          >
            {t("app.theme", { theme: t(`app.themes.${scheme}`) })}
          </Menu.Item>
        ))}
        <RingSettings />
        <LinkSetting />
        {showKeys && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={showKeys}>
              {t("keys.title")}
            </Menu.Item>
          </>
        )}
        {onLogout && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={onLogout}>
              {t("app.logout")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const Tick = ({ on }: { on: boolean }) => (on ? <IconCheck size={16} aria-hidden /> : null);
