import { ActionIcon, Popover } from "@mantine/core";
import { IconPhonePlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./dialer.module.css";
import { ofLink } from "./number";

const Dialer = lazy(() => import("./Dialer"));

/** Where a tel: link leads: /?call=tel:… opens the dialer with its number; only the agent starts the call. */
function fromLink(): string {
  const url = new URL(location.href);
  const link = url.searchParams.get("call");
  if (link === null) return "";
  url.searchParams.delete("call");
  history.replaceState(history.state, "", url); // a reload asks nothing again
  return ofLink(link);
}

/** The way to call a number. */
export default function DialButton({ pressed }: { pressed: boolean }) {
  const { t } = useTranslation();
  const [linked, setLinked] = useState(fromLink);
  const [opened, setOpened] = useState(pressed || linked !== "");
  const close = () => {
    setOpened(false);
    setLinked("");
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => (open ? setOpened(true) : close())}
      position="bottom-end"
      shadow="md"
      width={340}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="default"
          size="lg"
          data-key="dial"
          title={t("dialer.open")}
          aria-label={t("dialer.open")}
          onClick={() => (opened ? close() : setOpened(true))}
        >
          <IconPhonePlus size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Suspense fallback={<div className={classes.waiting} />}>
          <Dialer first={linked} onDone={close} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
