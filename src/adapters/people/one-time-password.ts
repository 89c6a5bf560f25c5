import { randomBytes } from "node:crypto";
import type { Database } from "../postgres/database.ts";
import { scryptPasswords } from "./passwords.ts";

/**
 * A one-time password opens one session: then a password that nobody knows stands in its place. False: somebody else was first, with
 * the same password at the same moment.
 */
export async function useUpOneTimePassword(
  database: Database,
  userId: string,
  password: string,
): Promise<boolean> {
  const user = await database.client.user.findUnique({
    where: { id: userId },
    select: { passwordIsOneTime: true, accounts: { where: { providerId: "credential" } } },
  });
  if (user?.passwordIsOneTime !== true) return true;
  const verified = user.accounts[0]?.password ?? "";
  if (!(await scryptPasswords.verify(password, verified))) return false;
  const unknown = await scryptPasswords.hash(randomBytes(32).toString("base64url"));
  const { count } = await database.client.account.updateMany({
    where: { userId, providerId: "credential", password: verified },
    data: { password: unknown },
  });
  return count === 1;
}
