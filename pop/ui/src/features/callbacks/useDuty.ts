import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import { useFailure } from "../../app/useFailure";
import { ApiError } from "../../core/api";
import type { Said } from "../../core/callbackApi";
import { formatPhone } from "../../core/format";
import type { Callback } from "../../protocol/types";

export type Deed = "claim" | "release" | "dial" | "outcome" | "reschedule" | "close";

const reasons = [
  "closed",
  "client_on_line",
  "do_not_call",
  "outside_window",
  "too_many_attempts",
  "agent_busy",
  "too_soon",
] as const;
type Reason = (typeof reasons)[number];

/** Why the server said no, as far as it has a word for it. */
interface Refusal {
  claimed_by?: string;
  claimed_by_name?: string;
  claimed_until?: string;
  reason?: string;
}

const refusalOf = (error: unknown): Refusal =>
  error instanceof ApiError && error.status === 409 && typeof error.body === "object"
    ? ((error.body ?? {}) as Refusal)
    : {};

/** What can be done with one duty. Each deed resolves to whether it was done; a failure has been told by then. */
export function useDuty(id: string) {
  const { t } = useTranslation();
  const { api, store } = useDesk();
  const [busy, setBusy] = useState<Deed | "">("");
  const tell = useRefusal(id);
  const ask = async (deed: Deed, wish: () => Promise<Callback>): Promise<boolean> => {
    setBusy(deed);
    try {
      const callback = await wish();
      store.setCallback(callback);
      if (deed === "dial") {
        const number = formatPhone(callback.client);
        notifications.show({ message: t("dialer.started", { number }) });
      }
      return true;
    } catch (error) {
      tell(error);
      return false;
    } finally {
      setBusy("");
    }
  };
  return {
    busy,
    claim: () => ask("claim", () => api.callbacks.claim(id)),
    release: () => ask("release", () => api.callbacks.release(id)),
    dial: () => ask("dial", () => api.callbacks.dial(id)),
    outcome: (said: Said) => ask("outcome", () => api.callbacks.outcome(id, said)),
    reschedule: (due: string) => ask("reschedule", () => api.callbacks.reschedule(id, due)),
    close: (reason: string) => ask("close", () => api.callbacks.close(id, reason)),
  };
}

/** Says who was faster, or what stands against it; what is known of the duty is put right. */
function useRefusal(id: string): (error: unknown) => void {
  const { t } = useTranslation();
  const { api, store } = useDesk();
  const words = useFailure();
  return (error) => {
    const { claimed_by = "", claimed_by_name = "", claimed_until = "", reason } = refusalOf(error);
    const name = claimed_by_name || claimed_by;
    const known = reasons.find((each): each is Reason => each === reason);
    const message = name
      ? t("callbacks.taken", { name })
      : known
        ? t(`callbacks.refused.${known}`)
        : t("callbacks.failed", { detail: words(error) });
    const listed = store.get().callbacks.find((each) => each.id === id);
    const title = listed && (listed.contact_name || formatPhone(listed.client));
    notifications.show({ color: "red", title, message, autoClose: 10_000 });
    if (name && listed)
      store.setCallback({ ...listed, claimed_by: claimed_by || name, claimed_by_name: name, claimed_until });
    // Closed by somebody whom no frame has named yet.
    if (known === "closed") void api.callbacks.get(id).then(store.setCallback.bind(store), () => {});
  };
}
