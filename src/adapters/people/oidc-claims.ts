import type { OidcConfig } from "../../contract/sign-in-config.ts";

/** What an identity provider says of a person, as far as it concerns us. */
export interface Claims {
  subject: string;
  /** In lower case; null: none was told. */
  email: string | null;
  emailIsVerified: boolean;
  name: string;
  groups: readonly string[];
  /** The account at the forge, where a claim tells it. */
  login: string | null;
}

/** Reads verified claims. A group that is no text is none. */
export function readClaims(claims: Readonly<Record<string, unknown>>, config: OidcConfig): Claims {
  const email = textOf(claims["email"])?.trim().toLowerCase() ?? null;
  const name = textOf(claims["name"]) ?? textOf(claims["preferred_username"]) ?? email ?? "";
  const groups = claimAt(claims, config.groupsClaim);
  const verified = claims["email_verified"];
  return {
    subject: textOf(claims["sub"]) ?? "",
    email: email !== null && /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 ? email : null,
    // Some providers send the text "true". One that says nothing may be trusted by configuration, one that says no never is.
    emailIsVerified:
      verified === true || verified === "true" || (verified === undefined && config.emailsAreVerified),
    name: [...name].slice(0, 100).join(""),
    groups: (Array.isArray(groups) ? groups : [groups]).flatMap((group) => textOf(group) ?? []),
    login: config.loginClaim === undefined ? null : textOf(claimAt(claims, config.loginClaim)),
  };
}

/** A claim by its name, else by its path (`realm_access.roles`). */
export function claimAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>(
      (value, part) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}

/** Text that Postgres can keep and a page can show; null: there is none. */
function textOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .trim();
  return text === "" ? null : text;
}
