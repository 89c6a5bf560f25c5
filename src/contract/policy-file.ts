import { z } from "zod";
import { formSchemaShape } from "./form-schema.ts";
import { teamNameShape } from "./team.ts";

/** One policy of `policies:` in countersign.yaml. Strict, like the whole file. */

const pattern = z.string().min(1, { error: "is empty; * stands for any characters" }).max(512);
const patterns = pattern
  .transform((one) => [one])
  .or(z.array(pattern).min(1, { error: "is empty: leave it out to match all" }));

const matchShape = z
  .strictObject({
    activity: patterns.optional(),
    stateMachine: patterns.optional(),
    repository: patterns.optional(),
    branch: patterns.optional(),
    tag: patterns.optional(),
  })
  .prefault({});

/** More people than this never decide one thing. */
const votersMax = 50;
const voters = z
  .number()
  .int()
  .min(1, { error: "must be 1 or more: with 0, nobody would have to approve" })
  .max(votersMax, { error: `must be ${votersMax} or less: nobody could reach it` });

export const groupsShape = z
  .array(z.strictObject({ team: teamNameShape, required: voters.default(1) }))
  .refine((groups) => new Set(groups.map(({ team }) => team)).size === groups.length, {
    error: "names a team twice: one entry with the sum is meant",
  })
  .refine((groups) => groups.reduce((sum, { required }) => sum + required, 0) <= votersMax, {
    error: `asks for more than ${votersMax} people: nobody could reach it`,
  });

const excludeShape = z
  .strictObject({
    requester: z.boolean().default(true),
    author: z.boolean().default(true),
    committer: z.boolean().default(true),
    coAuthors: z.boolean().default(true),
    pusher: z.boolean().default(true),
  })
  .prefault({});

const timeZone = z.string().refine(isTimeZone, { error: "is not a time zone like Europe/Berlin or UTC" });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const weekday = z.enum(weekdays, { error: "is none of mon, tue, wed, thu, fri, sat, sun" });
const clockTime = (last: RegExp, error: string) => z.string().regex(last, { error });

const windowShape = z
  .strictObject({
    days: z
      .array(weekday)
      .min(1, { error: "is empty: the window would never open" })
      .default([...weekdays]),
    from: clockTime(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time like "09:00"').default("00:00"),
    to: clockTime(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is not a time like "17:00" or "24:00"').default(
      "24:00",
    ),
    timeZone,
  })
  .refine(({ from, to }) => from !== to, {
    path: ["to"],
    error: "is the same as from: the window would never open (00:00 to 24:00 is the whole day)",
  });

/** A day, a local time, or an instant with its offset. */
const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/, {
    error: "is not a day (2026-12-24), a time (2026-12-24T18:00) or an instant (2026-12-24T18:00Z)",
  })
  .refine((text) => !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10)), {
    error: "is no day of the calendar",
  });

/** Date.parse takes 2026-02-30 for a day of March. */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** That it ends after it begins is judged where time zones are known: src/config-file.ts. */
export const freezeShape = z.strictObject({
  from: moment,
  to: moment.describe("A day alone is frozen whole"),
  timeZone: timeZone.default("UTC"),
  reason: z.string().min(1, { error: "is empty: it is shown to whoever wants to approve" }).max(500),
});

const percent = z.number().gt(0, { error: "must be above 0" }).lt(100, { error: "must be below 100" });

const onTimeoutShape = z
  .strictObject({
    do: z.enum(["nothing", "reject", "escalate"]).default("nothing"),
    reason: z.string().min(1).max(1_000).optional(),
    escalate: z.array(z.strictObject({ at: percent, team: teamNameShape })).optional(),
  })
  .superRefine(({ do: what, reason, escalate }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (what === "reject" && reason === undefined) fault("reason", "is missing: a rejection says why");
    if (what !== "reject" && reason !== undefined) fault("reason", "goes with `do: reject` only");
    if (what === "escalate" && (escalate ?? []).length === 0)
      fault("escalate", "is missing: say which team at which percentage of the deadline");
    if (what === "nothing" && escalate !== undefined)
      fault("escalate", "goes with `do: escalate` or `do: reject`");
  })
  .prefault({});

const name = z
  .string()
  .min(1, { error: "is empty" })
  .max(80)
  .refine((text) => !["built-in", "task input"].includes(text), { error: "is a name of Countersign's own" });

export const policyFileShape = z
  .strictObject({
    name,
    match: matchShape,
    required: voters.optional(),
    groups: groupsShape.default([]),
    exclude: excludeShape,
    reject: z.strictObject({ required: voters.default(1) }).prefault({}),
    votesMayChange: z.boolean().default(true),
    comment: z.enum(["never", "reject", "always"]).default("never"),
    bots: z.enum(["count", "veto", "ignore"]).default("count"),
    windows: z.array(windowShape).default([]),
    freezes: z.array(freezeShape).default([]),
    approveAhead: z.boolean().default(false),
    onTimeout: onTimeoutShape,
    form: formSchemaShape.optional(),
    breakGlass: z.boolean().default(false),
  })
  .superRefine((policy, context) => {
    if (policy.approveAhead && policy.windows.length === 0 && policy.freezes.length === 0)
      context.addIssue({
        code: "custom",
        path: ["approveAhead"],
        message: "goes with windows or freezes: there is nothing to be ahead of",
      });
  });

/** What the file says elsewhere, which its policies must agree with. */
interface Surroundings {
  activities: readonly { arn?: string | undefined; name?: string | undefined }[];
  /** Undefined: any name will do. */
  teams?: readonly string[] | undefined;
}

/** Faults that only show when a policy is read beside the rest of the file: where, from the top of the file, and what. */
export function faultsOfPolicies(
  policies: readonly PolicyConfig[],
  { activities, teams }: Surroundings,
): { path: (string | number)[]; message: string }[] {
  const names = policies.map((policy) => policy.name);
  const isKnown = (text: string) =>
    text.includes("*") ||
    activities.some(({ arn, name }) => text === arn || text === name || text === arn?.split(":").at(-1));
  return policies.flatMap(({ name, match, groups, onTimeout }, index) => {
    const at = ["policies", index];
    const ofTeams = [
      ...groups.map(({ team }, which) => ({ team, path: [...at, "groups", which, "team"] })),
      ...(onTimeout.escalate ?? []).map(({ team }, which) => ({
        team,
        path: [...at, "onTimeout", "escalate", which, "team"],
      })),
    ].filter(({ team }) => teams?.includes(team) === false);
    return [
      ...(names.indexOf(name) < index
        ? [{ path: [...at, "name"], message: `is the name of another policy, too: ${name}` }]
        : []),
      ...(match.activity ?? []).flatMap((text) =>
        isKnown(text)
          ? []
          : [{ path: [...at, "match", "activity"], message: `names no activity of this file: ${text}` }],
      ),
      ...ofTeams.map(({ team, path }) => ({
        path,
        message: `is not among \`teams\`: nobody of ${team} could ever approve`,
      })),
    ];
  });
}

export type PolicyConfig = z.infer<typeof policyFileShape>;
