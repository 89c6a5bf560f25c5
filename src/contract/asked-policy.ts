import { z } from "zod";
import { formSchemaShape } from "./form-schema.ts";
import { groupsShape } from "./policy-file.ts";

const voters = z.number().int().min(1).max(50);

/** The members of a task input's `approval.policy`, each read by itself: one that is wrong does not take the others with it. */
export const askedPolicyMembers = {
  required: voters,
  groups: groupsShape,
  exclude: z.strictObject({
    requester: z.boolean().optional(),
    author: z.boolean().optional(),
    committer: z.boolean().optional(),
    coAuthors: z.boolean().optional(),
    pusher: z.boolean().optional(),
  }),
  reject: z.strictObject({ required: voters }),
  votesMayChange: z.boolean(),
  comment: z.enum(["never", "reject", "always"]),
  bots: z.enum(["count", "veto", "ignore"]),
  breakGlass: z.boolean(),
  form: formSchemaShape,
};

export type AskedPolicyMember = keyof typeof askedPolicyMembers;
export type AskedPolicy = {
  [Member in AskedPolicyMember]?: z.infer<(typeof askedPolicyMembers)[Member]>;
};

/** What of it is understood; `faults` are the names of members that are not, and why. */
export function readAskedPolicy(given: object): {
  policy: AskedPolicy;
  faults: { member: string; isKnown: boolean }[];
} {
  const policy: Record<string, unknown> = {};
  const faults: { member: string; isKnown: boolean }[] = [];
  for (const [member, value] of Object.entries(given).slice(0, 50)) {
    const isKnown = Object.hasOwn(askedPolicyMembers, member);
    const parsed = isKnown ? askedPolicyMembers[member as AskedPolicyMember].safeParse(value) : null;
    if (parsed?.success === true) policy[member] = parsed.data;
    else faults.push({ member, isKnown });
  }
  return { policy: policy, faults };
}
