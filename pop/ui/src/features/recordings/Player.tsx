import { ActionIcon, Group, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { IconDownload, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useNow } from "../../app/useNow";
import { useSettings } from "../../app/useSettings";
import { clock, when } from "../../core/format";
import type { Recording } from "../../protocol/types";
import classes from "./recordings.module.css";
import { useWave } from "./useWave";

const speeds = ["1", "1.25", "1.5", "2"];

/** A recording with its shape: play, jump, speed, download where it is allowed. */
export default function Player({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const { api } = useDesk();
  const now = useNow(0);
  const { download } = useSettings().recordings;
  const wave = useWave(recording);
  const id = useId();
  const label = t("calls.recording", { time: when(recording.started, now, i18n.language) });
  return (
    <section className={classes.player} aria-labelledby={id}>
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          size="lg"
          radius="xl"
          aria-label={wave.playing ? t("recordings.pause") : t("recordings.play")}
          disabled={wave.failed}
          onClick={wave.toggle}
        >
          {wave.playing ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />}
        </ActionIcon>
        <div
          ref={wave.box}
          className={classes.wave}
          title={wave.stereo ? t("recordings.voices") : undefined}
        />
      </Group>
      <div className={classes.line}>
        <Text size="xs" id={id}>
          {wave.failed ? t("recordings.failed") : label}
          {wave.stereo && <span className={classes.voices}> · {t("recordings.voices")}</span>}
        </Text>
        <Text size="xs" c="dimmed" className="number">
          {clock(wave.at)} / {clock(wave.seconds)}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("recordings.speed")}
          data={speeds.map((value) => ({ value, label: `${Number(value).toLocaleString(i18n.language)}×` }))}
          value={wave.speed}
          onChange={wave.setSpeed}
        />
        {download && (
          <Tooltip label={t("recordings.download")}>
            <ActionIcon
              component="a"
              href={`${api.audioUrl(recording.id)}?download=1`}
              download
              variant="subtle"
              color="gray"
              aria-label={t("recordings.download")}
            >
              <IconDownload size={17} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </section>
  );
}
