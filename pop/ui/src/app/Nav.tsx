import {
  IconAddressBook,
  IconHeadset,
  IconHelpCircle,
  IconPhoneCall,
  IconPhoneIncoming,
  IconSettings,
  IconUsersGroup,
  IconWebhook,
} from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useUnresolvedCount } from "../features/unresolved/useCount";
import { useDeskState, useUser } from "./desk";
import classes from "./nav.module.css";

/** The way between the pages: a rail beside them, on narrow screens a bar below. */
export function Nav() {
  const { t } = useTranslation();
  const user = useUser();
  const waiting = useDeskState((state) => state.callbacks.length);
  const unsorted = useUnresolvedCount();
  const places = [
    { to: "/", icon: IconHeadset, key: "desk" },
    { to: "/calls", icon: IconPhoneCall, key: "calls" },
    { to: "/contacts", icon: IconAddressBook, key: "contacts" },
    { to: "/callbacks", icon: IconPhoneIncoming, key: "callbacks", count: waiting },
    { to: "/unresolved", icon: IconHelpCircle, key: "unresolved", count: unsorted },
    ...(isSupervisor(user.role) ? [{ to: "/team", icon: IconUsersGroup, key: "team" } as const] : []),
    ...(user.role === "admin" ? [{ to: "/webhooks", icon: IconWebhook, key: "webhooks" } as const] : []),
    { to: "/settings", icon: IconSettings, key: "settings" },
  ] as const;
  const bar = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  // The bar scrolls where there are more places than fit: the page that is open must be among those seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is looked up when the path has changed
  useEffect(() => {
    bar.current
      ?.querySelector('[data-status="active"]')
      ?.scrollIntoView?.({ inline: "nearest", block: "nearest" });
  }, [path]);
  return (
    <nav ref={bar} className={classes.nav} aria-label={t("nav.label")}>
      {places.map(({ to, icon: Icon, key, ...rest }) => (
        <Link
          key={to}
          to={to}
          className={classes.place}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          data-count={("count" in rest && rest.count) || undefined}
        >
          <Icon size={20} stroke={1.6} aria-hidden />
          <span className={classes.word}>{t(`nav.${key}`)}</span>
        </Link>
      ))}
    </nav>
  );
}

export const isSupervisor = (role: string): boolean => role === "supervisor" || role === "admin";
