/** What went wrong on the way back from an identity provider, in words; better-auth and we tell it by codes in the address. */
const texts: Readonly<Record<string, string>> = {
  no_group: "You are in no group that may use Countersign. Ask whoever looks after the groups.",
  deactivated: "This account may not sign in here. Ask your administrator.",
  account_not_linked:
    "Somebody here has your e-mail address, and your identity provider has not confirmed that it is yours. Ask your administrator.",
  email_not_found: "Your identity provider told no e-mail address. Ask whoever looks after it.",
  unable_to_get_user_info: "What your identity provider told about you could not be verified.",
  unavailable: "Nobody can sign in right now: the database cannot be reached. Try again in a moment.",
  provider_unavailable: "Your identity provider cannot be reached right now. Try again in a moment.",
  access_denied: "Your identity provider did not let you in.",
  state_mismatch: "This sign-in took too long, or was begun in another window. Try again.",
  state_security_mismatch:
    "This sign-in was begun in another browser, or at another address. Try again here.",
};

export function signInRefusal(code: string): string {
  return Object.hasOwn(texts, code)
    ? (texts[code] ?? "")
    : "Signing in did not work. Try again, or ask your administrator.";
}
