import type { Role } from "./actor.ts";

/** What groups of an identity provider mean here. */
export interface GroupMapping {
  /** Group to role; empty: roles are given here, not there. */
  roles: Readonly<Record<string, Role>>;
  /** Group to names of teams. */
  teams: Readonly<Record<string, string | readonly string[]>>;
  /** Who has none of the groups with a role. */
  withoutRole: "viewer" | "refuse";
}

export type GroupRights =
  | { kind: "refused" }
  /** `role` null: it stays what it is. */
  | { kind: "granted"; role: Role | null; teams: readonly string[] };

const rank: Record<Role, number> = { viewer: 0, reviewer: 1, administrator: 2 };

/** What somebody who is in these groups may do: the highest of their roles, and every team. */
export function rightsOf(groups: readonly string[], mapping: GroupMapping): GroupRights {
  // Own members alone: a group may be called `constructor`.
  const valuesIn = <T>(map: Readonly<Record<string, T>>): T[] =>
    groups.flatMap((group) => (Object.hasOwn(map, group) ? [map[group] as T] : []));
  const teams = [...new Set(valuesIn(mapping.teams).flat())].sort();
  if (Object.keys(mapping.roles).length === 0) return { kind: "granted", role: null, teams };
  const [highest] = valuesIn(mapping.roles).sort((one, other) => rank[other] - rank[one]);
  if (highest !== undefined) return { kind: "granted", role: highest, teams };
  return mapping.withoutRole === "refuse" ? { kind: "refused" } : { kind: "granted", role: "viewer", teams };
}
