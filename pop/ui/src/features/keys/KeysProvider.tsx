import { lazy, type PropsWithChildren, Suspense, useEffect, useEffectEvent, useState } from "react";
import { useDeskState, useWatch } from "../../app/desk";
import { Flag } from "../../core/flag";
import { useSetMode } from "../agent/useSetMode";
import { create, enter, enterList, press, pressAnywhere, step } from "./cards";
import { KeysContext, type Stroke, strokeOf } from "./keys";
import { useGo } from "./useGo";

const KeyList = lazy(() => import("./KeyList"));

/**
 * Single keys for what an agent does all day. They can be switched off (WCAG 2.2, 2.1.4): speech
 * input would otherwise press them.
 */
export function KeysProvider({ children }: PropsWithChildren) {
  const [enabled] = useState(() => new Flag("callcard.keys", () => true));
  const on = useWatch(enabled);
  const [opened, setOpened] = useState(false);
  const [asked, setAsked] = useState(false);
  const show = () => {
    setAsked(true);
    setOpened(true);
  };
  useKeys(on, show);
  useGo(on);
  return (
    <KeysContext value={show}>
      {children}
      {asked && (
        <Suspense fallback={null}>
          <KeyList opened={opened} onClose={() => setOpened(false)} enabled={enabled} />
        </Suspense>
      )}
    </KeysContext>
  );
}

function useKeys(on: boolean, show: () => void): void {
  const mode = useDeskState((state) => state.self?.mode);
  const change = useSetMode();
  const act = useEffectEvent(({ action, digit }: Stroke) => {
    switch (action) {
      case "list":
        return show();
      case "ready":
        if (mode && mode !== "ready" && !change.busy) change.set("ready", "");
        return;
      case "notReady":
        return pressAnywhere("mode");
      case "dial":
      case "finish":
      case "extend":
        return pressAnywhere(action);
      case "note":
      case "result":
        return enter(action);
      case "callbacks":
        return enterList();
      case "next":
        return step(1);
      case "previous":
        return step(-1);
      case "choose":
        return press(`choose-${digit}`);
      case "create":
        return create();
      default:
        return press(action);
    }
  });
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      const stroke = strokeOf(event);
      if (!stroke) return;
      event.preventDefault(); // else the key would be typed into the form that it opens
      act(stroke);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on]);
}
