import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useDeskState, useUser } from "../../app/desk";
import { isSupervisor } from "../../app/Nav";
import { useFailure } from "../../app/useFailure";
import type { Recording } from "../../protocol/types";
import { playable } from "./Recordings";

/** Who keeps the recordings of a call from being removed, and why; supervisors change it, for all of them at once. */
export function Hold({ recordings }: { recordings: readonly Recording[] }) {
  const { t } = useTranslation();
  const chief = isSupervisor(useUser().role);
  const agents = useDeskState((state) => state.agents);
  const words = useFailure();
  const { error, ...change } = useHold();
  const first = recordings.find(playable);
  const hold = recordings.find((each) => each.hold)?.hold;
  if (!first || !(hold || chief)) return null;
  const name = hold && (agents.get(hold.by)?.name || hold.by);
  return (
    <Group gap="xs" mt="xs" align="end">
      {hold && (
        <Text size="sm">
          <IconLock size={15} aria-hidden /> {t("recordings.held", { name, reason: hold.reason })}
        </Text>
      )}
      {chief && hold && (
        <Button
          size="compact-sm"
          variant="default"
          data-key="release"
          onClick={() => change.release(first.id)}
        >
          {t("recordings.release")}
        </Button>
      )}
      {chief && !hold && <Reason onHold={(reason) => change.hold(first.id, reason)} />}
      {error && (
        <Text size="sm" c="red" role="alert">
          {t("recordings.holdFailed", { detail: words(error) })}
        </Text>
      )}
    </Group>
  );
}

function useHold() {
  const { api } = useDesk();
  const queries = useQueryClient();
  const { mutate, error } = useMutation({
    mutationFn: (act: () => Promise<void>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["calls"] }),
  });
  return {
    error,
    hold: (id: string, reason: string) => mutate(() => api.lists.hold(id, reason)),
    release: (id: string) => mutate(() => api.lists.release(id)),
  };
}

/** A hold without a reason is never lifted, since nobody knows whether it may be. */
function Reason({ onHold }: { onHold(reason: string): void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string>();
  if (reason === undefined)
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        data-key="keep"
        leftSection={<IconLockOpen size={15} aria-hidden />}
        onClick={() => setReason("")}
      >
        {t("recordings.hold")}
      </Button>
    );
  const save = (event: React.FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onHold(reason.trim());
  };
  return (
    <form onSubmit={save}>
      <Group gap="xs" align="end">
        <TextInput
          size="xs"
          data-autofocus
          autoFocus
          label={t("recordings.holdReason")}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" disabled={!reason.trim()}>
          {t("recordings.save")}
        </Button>
      </Group>
    </form>
  );
}
