import { Kbd, Modal, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useWatch } from "../../app/desk";
import { useOpened } from "../../app/useOpened";
import type { Flag } from "../../core/flag";
import { actions, labels } from "./keys";
import classes from "./keys.module.css";
import { goals } from "./useGo";

interface Props {
  opened: boolean;
  onClose(): void;
  /** Whether single keys work. */
  enabled: Flag;
}

/** All keys, and the way to switch them off. */
export default function KeyList({ opened, onClose, enabled }: Props) {
  const { t } = useTranslation();
  const on = useWatch(enabled);
  return (
    <Modal
      opened={useOpened(opened)}
      onClose={onClose}
      title={t("keys.title")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <dl className={classes.list}>
        {actions.map((action) => (
          <div key={action}>
            <dt>
              <Kbd>{labels[action]}</Kbd>
            </dt>
            <dd>{t(`keys.action.${action}`)}</dd>
          </div>
        ))}
        {Object.values(goals).map(({ name, label }) => (
          <div key={name}>
            <dt>
              <Kbd>{label}</Kbd>
            </dt>
            <dd>{t("keys.page", { page: t(`nav.${name}`) })}</dd>
          </div>
        ))}
        <div>
          <dt>
            <Kbd>/</Kbd>
          </dt>
          <dd>{t("keys.search")}</dd>
        </div>
      </dl>
      <Text size="sm" c="dimmed" my="sm">
        {t("keys.hint")}
      </Text>
      <Switch
        label={t("keys.enabled")}
        checked={on}
        onChange={(event) => enabled.set(event.currentTarget.checked)}
      />
    </Modal>
  );
}
