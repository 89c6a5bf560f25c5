import { createHmac, timingSafeEqual } from "node:crypto";
import type { Database } from "../postgres/database.ts";
import { identitiesOf, personColumns, roleOf, type PersonRow } from "../postgres/person-columns.ts";
import type { Person } from "../../application/ports/people.ts";

export interface OpenSession {
  id: string;
  token: string;
  person: Person;
}

/** Writing the last use at every request would make each read a write. */
const lastUseGranularitySeconds = 300;

/**
 * Reads who a session cookie of better-auth belongs to, with one query: this is on the way of each request of a page. A session that was
 * ended, or whose person may not sign in any more, opens nothing from that moment on.
 */
export function createSessionReader(database: Database, cookie: { name: string; secret: string }) {
  return async (cookieHeader: string | undefined): Promise<OpenSession | null> => {
    const token = readSignedCookie(cookieHeader, cookie);
    if (token === null) return null;
    const [row] = await database.run(
      (client) => client.$queryRaw<SessionRow[]>`
        select session.id as "sessionId", person.password_is_one_time as "passwordIsOneTime", ${personColumns},
          session.updated_at < now() - make_interval(secs => ${lastUseGranularitySeconds}) as "isStale"
        from session join "user" as person on person.id = session.user_id
        where session.token = ${token} and session.expires_at > now() and person.deactivated_at is null`,
    );
    if (row === undefined) return null;
    if (row.isStale)
      await database.run(
        (client) => client.$executeRaw`update session set updated_at = now() where id = ${row.sessionId}`,
      );
    return { id: row.sessionId, token, person: personOf(row) };
  };
}

type SessionRow = PersonRow & { sessionId: string; passwordIsOneTime: boolean; isStale: boolean };

function personOf(row: SessionRow): Person {
  const { id, name, email, role, passwordIsOneTime, teams } = row;
  const identities = identitiesOf(row);
  return { kind: "person", id, name, email, role: roleOf(role), passwordIsOneTime, teams, identities };
}

/** better-auth writes `token.signature`, URL-encoded; the signature is the HMAC-SHA-256 in Base64. */
function readSignedCookie(
  header: string | undefined,
  { name, secret }: { name: string; secret: string },
): string | null {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at < 0 || part.slice(0, at).trim() !== name) continue;
    const value = decode(part.slice(at + 1).trim());
    const dot = value.lastIndexOf(".");
    const token = value.slice(0, Math.max(dot, 0));
    const signature = Buffer.from(value.slice(dot + 1), "base64");
    const expected = createHmac("sha256", secret).update(token).digest();
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return token;
  }
  return null;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
