import { Button, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import { soonTimes, timeOf } from "./duty";

interface Props {
  busy: boolean;
  /** In a list the key "extend" means this button; on a card it is the after-call work's. */
  keyed?: boolean;
  icon?: ReactNode;
  onChoose(due: string): void;
  onPick(): void;
}

/** Puts a call off: mostly one of three times. */
export function LaterMenu({ busy, keyed, icon, onChoose, onPick }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          data-key={keyed ? "extend" : undefined}
          leftSection={icon}
          disabled={busy}
        >
          {t("callbacks.later")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {soonTimes.map((each) => (
          <Menu.Item
            key={each}
            rightSection={<span className="number">{when(timeOf(each, now), now, i18n.language)}</span>}
            onClick={() => onChoose(timeOf(each, now))}
          >
            {t(`callbacks.times.${each}`)}
          </Menu.Item>
        ))}
        <Menu.Item onClick={onPick}>{t("callbacks.times.pick")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
