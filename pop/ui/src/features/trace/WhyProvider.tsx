import { lazy, type PropsWithChildren, Suspense, useState } from "react";
import { type CallInQuestion, Why } from "./why";

const TraceDrawer = lazy(() => import("./TraceDrawer"));

/** Gives everything below a way to ask "why?", and answers beside it. */
export function WhyProvider({ children }: PropsWithChildren) {
  const [call, setCall] = useState<CallInQuestion>();
  const [opened, setOpened] = useState(false);
  const ask = (about: CallInQuestion) => {
    setCall(about);
    setOpened(true);
  };
  return (
    <Why value={ask}>
      {children}
      {call && (
        <Suspense fallback={null}>
          <TraceDrawer call={call} opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </Why>
  );
}
