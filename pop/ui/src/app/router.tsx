// The addresses of the page. The desk comes with the first view, every other page when it is asked for.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { DeskPage } from "./DeskPage";
import { Frame } from "./Frame";
import { NotFound, PageFailed, PageLoading } from "./PageStates";
import { parseSearch, pick, stringifySearch } from "./search";

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound });
const getParentRoute = () => root;

export const callFilters = [
  "q",
  "number",
  "from",
  "to",
  "direction",
  "outcome",
  "queue",
  "agent",
  "result",
  "missed",
] as const;

const desk = createRoute({ getParentRoute, path: "/", component: DeskPage });

const calls = createRoute({
  getParentRoute,
  path: "/calls",
  validateSearch: pick(...callFilters),
  component: lazyRouteComponent(() => import("../features/calls/CallsPage"), "CallsPage"),
});

const call = createRoute({
  getParentRoute,
  path: "/calls/$id",
  component: lazyRouteComponent(() => import("../features/calls/CallPage"), "CallPage"),
});

const contacts = createRoute({
  getParentRoute,
  path: "/contacts",
  validateSearch: pick("q"),
  component: lazyRouteComponent(() => import("../features/contacts/ContactsPage"), "ContactsPage"),
});

const contact = createRoute({
  getParentRoute,
  path: "/contacts/$id",
  component: lazyRouteComponent(() => import("../features/contacts/ContactPage"), "ContactPage"),
});

const callbacks = createRoute({
  getParentRoute,
  path: "/callbacks",
  validateSearch: pick("state", "scope"),
  component: lazyRouteComponent(() => import("../features/callbacks/CallbacksPage"), "CallbacksPage"),
});

const unresolved = createRoute({
  getParentRoute,
  path: "/unresolved",
  component: lazyRouteComponent(() => import("../features/unresolved/UnresolvedPage"), "UnresolvedPage"),
});

const team = createRoute({
  getParentRoute,
  path: "/team",
  component: lazyRouteComponent(() => import("../features/team/TeamPage"), "TeamPage"),
});

const webhooks = createRoute({
  getParentRoute,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("../features/webhooks/WebhooksPage"), "WebhooksPage"),
});

const settings = createRoute({
  getParentRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("../features/settings/SettingsPage"), "SettingsPage"),
});

const routeTree = root.addChildren([
  desk,
  calls,
  call,
  contacts,
  contact,
  callbacks,
  unresolved,
  team,
  webhooks,
  settings,
]);

/** `history` is the browser's, or a test's own. */
export const makeRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree,
    history,
    parseSearch,
    stringifySearch,
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    defaultPendingMs: 150,
    scrollRestoration: true,
  });

export type AppRouter = ReturnType<typeof makeRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
