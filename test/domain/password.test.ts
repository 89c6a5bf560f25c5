import { describe, expect, it } from "vitest";
import { passwordFault } from "../../src/domain/password.ts";

const ada = { email: "ada.lovelace@example.org", name: "Ada Lovelace" };

describe("a password", () => {
  it.each(["correct horse battery", "Xk3#fLq9-pTz", "ein langer Satz ohne Sinn", "пароль длинный"])(
    "may be %s",
    (password) => expect(passwordFault(password, ada)).toBeNull(),
  );

  it.each([
    ["elevenchars", "shorter"],
    ["x".repeat(129), "longer"],
    ["Ada.Lovelace@Example.org", "e-mail"],
    ["ada.lovelace1", "e-mail"],
    ["Ada Lovelace!", "name"],
    ["aaaaaaaaaaaa", "repeats"],
    ["abababababab", "repeats"],
    ["Password1234", "tried first"],
    ["passw0rd!!!!12", "tried first"],
    ["qwertyuiop123", "tried first"],
    ["123456789012", "tried first"],
    ["administrator1", "tried first"],
    ["Summer-2026!!", "tried first"],
    ["letmeinletmein", "tried first"],
    ["correct horse battery staple", "tried first"],
  ])("may not be %s", (password, why) => expect(passwordFault(password, ada)).toContain(why));
});
