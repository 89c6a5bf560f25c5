import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { AppFrame } from "./components/app-frame.tsx";
import { CrashNotice } from "./components/crash-notice.tsx";
import { PageError } from "./components/page-error.tsx";
import { auditSearch } from "./lib/audit-search.ts";
import { type InboxSearch, inboxSearch } from "./lib/inbox-search.ts";
import { parseSearch, stringifySearch } from "./lib/search-params.ts";
import { ApprovalPage } from "./pages/approval-page.tsx";
import { InboxPage } from "./pages/inbox-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { meQuery } from "./queries/me.ts";

// The inbox and an approval are what people come for: the other pages are loaded when somebody goes there.
const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFoundPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { to?: string; error?: string } => ({
    ...(typeof search["to"] === "string" ? { to: search["to"] } : {}),
    ...(typeof search["error"] === "string" ? { error: search["error"] } : {}),
  }),
  component: SignInPage,
});

const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  beforeLoad: async ({ context, location }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (me === null) throw redirect({ to: "/sign-in", search: { to: location.href }, replace: true });
  },
  component: AppFrame,
  errorComponent: PageError,
});

const inbox = createRoute({
  getParentRoute: () => frame,
  path: "/",
  validateSearch: inboxSearch,
  component: InboxPage,
});

const approval = createRoute({
  getParentRoute: () => frame,
  path: "/approvals/$id",
  component: ApprovalPage,
});

const audit = createRoute({
  getParentRoute: () => frame,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("./pages/audit-page.tsx"), "AuditPage"),
});

const bots = createRoute({
  getParentRoute: () => frame,
  path: "/bots",
  component: lazyRouteComponent(() => import("./pages/bots-page.tsx"), "BotsPage"),
});

const people = createRoute({
  getParentRoute: () => frame,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people-page.tsx"), "PeoplePage"),
});
const teams = createRoute({
  getParentRoute: () => frame,
  path: "/teams",
  component: lazyRouteComponent(() => import("./pages/teams-page.tsx"), "TeamsPage"),
});
const account = createRoute({
  getParentRoute: () => frame,
  path: "/account",
  component: lazyRouteComponent(() => import("./pages/account-page.tsx"), "AccountPage"),
});

const routeTree = root.addChildren([
  signIn,
  frame.addChildren([inbox, approval, audit, bots, people, teams, account]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultErrorComponent: CrashNotice,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
  interface HistoryState {
    /** The inbox as it was, where an approval's page leads back to. */
    inbox?: InboxSearch;
  }
}
