import { IconArrowDownLeft, IconArrowsLeftRight, IconArrowUpRight, IconPhoneX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Direction } from "../../protocol/types";

const icons = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

export function OutcomeIcon({ direction, missed }: { direction: Direction; missed: boolean }) {
  const { t } = useTranslation();
  const lost = missed && direction === "inbound";
  const Icon = lost ? IconPhoneX : icons[direction];
  const color = lost ? "var(--mantine-color-error)" : "var(--mantine-color-dimmed)";
  return <Icon size={16} color={color} role="img" aria-label={t(`calls.${direction}`)} />;
}
