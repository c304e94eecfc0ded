import { Skeleton, Text } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";
import { when } from "../../core/format";
import type { Recording } from "../../protocol/types";
import classes from "./recordings.module.css";

const Player = lazy(() => import("./Player"));

export const playable = (recording: Recording): boolean =>
  recording.state === "stored" || recording.state === "verified";

/** All recordings of a call; what cannot be played says why. The player is fetched with the first one. */
export function Recordings({ recordings }: { recordings: readonly Recording[] }) {
  return (
    <div className={classes.list}>
      {recordings.map((each) =>
        playable(each) ? (
          <Suspense key={each.id} fallback={<Skeleton className={classes.place} />}>
            <Player recording={each} />
          </Suspense>
        ) : (
          <Absent key={each.id} recording={each} />
        ),
      )}
    </div>
  );
}

function Absent({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const now = useNow(0);
  const state = recording.state === "stored" || recording.state === "verified" ? "expected" : recording.state;
  return (
    <Text size="sm" c="dimmed">
      {when(recording.started, now, i18n.language)} · {t(`calls.state.${state}`)}
      {recording.note && ` (${recording.note})`}
    </Text>
  );
}
