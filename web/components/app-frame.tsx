import { IconUser } from "@tabler/icons-react";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Me } from "../../src/contract/session.ts";
import { useMe } from "../queries/me.ts";
import classes from "./app-frame.module.css";
import { ChoosePasswordPanel } from "./choose-password-panel.tsx";
import { ColourSchemeButton } from "./colour-scheme-button.tsx";
import { Mark } from "./mark.tsx";
import { SignOutButton } from "./sign-out-button.tsx";

/** The frame of every page behind the sign-in. */
export function AppFrame() {
  const me = useMe();
  const pathname = useLocation({ select: (location) => location.pathname });
  const content = useRef<HTMLElement>(null);
  const shown = useRef(pathname);

  // The link that was followed is gone: without this the keyboard would start again at the top of the page.
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    content.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <>
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand}>
            <Mark />
            Countersign
          </Link>
          {me?.role === "administrator" ? (
            <nav className={classes.nav} aria-label="Pages">
              <Link to="/" className={classes.link} activeOptions={{ exact: true, includeSearch: false }}>
                Inbox
              </Link>
              <Link to="/people" className={classes.link}>
                People
              </Link>
              <Link to="/teams" className={classes.link}>
                Teams
              </Link>
              <Link to="/bots" className={classes.link}>
                Bots
              </Link>
              <Link to="/audit" className={classes.link}>
                Audit
              </Link>
            </nav>
          ) : null}
          <div className={classes.person}>
            {me === null ? null : (
              <Link to="/account" className={classes.account} aria-label={accountLabel(me)}>
                <span className={classes.name} title={me.email ?? undefined}>
                  <bdi>{me.name}</bdi>{" "}
                  {shownRole(me) === null ? null : <span className={classes.role}>{shownRole(me)}</span>}
                </span>
                <IconUser className={classes.icon} size={20} stroke={1.7} aria-hidden />
              </Link>
            )}
            <ColourSchemeButton />
            <SignOutButton />
          </div>
        </div>
      </header>
      <main id="content" ref={content} className={classes.content} tabIndex={-1}>
        {me?.mustChoosePassword === true ? <ChoosePasswordPanel /> : null}
        <Outlet />
      </main>
    </>
  );
}

/** An administrator who is called so need not be told. */
function shownRole({ role, name }: Me): string | null {
  return role === name.toLowerCase() ? null : role;
}

/** Begins with what is seen, so that whoever speaks it is understood. */
function accountLabel(me: Me): string {
  return `${[me.name, shownRole(me)].filter(Boolean).join(" ")}, Your account`;
}
