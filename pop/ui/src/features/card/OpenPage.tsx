import { Button } from "@mantine/core";
import { IconExternalLink, IconLayoutSidebarRight } from "@tabler/icons-react";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWatch } from "../../app/desk";
import type { CardEntry } from "../../core/cards";
import classes from "./card.module.css";
import { BlockedContext, hasCome, safe, useOnce, useOpenTab } from "./opening";

/** The button of the page that belongs to the call, and the page itself where it stands in a frame. */
export function OpenPage({ entry }: { entry: CardEntry }) {
  const { t } = useTranslation();
  const page = entry.card.scenario.open;
  const url = page && safe(page.url);
  const inFrame = page?.target === "frame";
  const blocked = useWatch(useContext(BlockedContext)).has(entry.key);
  const [framed, setFramed] = useState(false);
  const openTab = useOpenTab(entry);
  useOnce(entry, inFrame && hasCome(entry), () => setFramed(true));
  if (!page || !url) return null;
  const label = page.label || t("card.page.label");
  const Icon = inFrame ? IconLayoutSidebarRight : IconExternalLink;
  return (
    <>
      <Button
        size="xs"
        variant={blocked ? "filled" : "default"}
        data-key="open"
        leftSection={<Icon size={15} />}
        aria-expanded={inFrame ? framed : undefined}
        onClick={() => (inFrame ? setFramed(!framed) : openTab())}
      >
        {label}
      </Button>
      {blocked && (
        <span className={classes.blocked} role="status">
          {t("card.page.blocked")}
        </span>
      )}
      {framed && (
        <iframe
          className={classes.frame}
          src={url}
          title={label}
          referrerPolicy="no-referrer"
          sandbox={sandbox}
        />
      )}
    </>
  );
}

/** A framed CRM works as usual, but cannot lead the agent's page away. */
const sandbox =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads";
