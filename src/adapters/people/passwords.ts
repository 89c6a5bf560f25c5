import { hashPassword, verifyPassword } from "better-auth/crypto";
import { randomBytes } from "node:crypto";
import type { Passwords } from "../../application/ports/passwords.ts";

/** scrypt, as better-auth stores it: what is made here signs in there. */
export const scryptPasswords: Passwords = {
  hash: (password) => hashPassword(password),
  verify: (password, hash) => verifyPassword({ password, hash }),
  makeOneTime: () => randomBytes(12).toString("base64url"),
};
