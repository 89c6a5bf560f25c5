import { z } from "zod";

/**
 * What Countersign knows of a task's input. Any JSON makes an approval: every member here is optional, and one of a wrong type
 * counts as absent, because refusing a task would lose its token.
 */
const text = z.string().min(1).optional().catch(undefined);
const seconds = z.number().int().min(1).max(99_999_999).optional().catch(undefined);
/** Postgres keeps these as 32-bit integers. */
const count = z.coerce.number().int().min(0).max(2_147_483_647).optional().catch(undefined);
/** An instant that a Step Functions of our days could mean. */
const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => /^(19|2\d)\d\d-/.test(text) && !Number.isNaN(Date.parse(text)))
  .optional()
  .catch(undefined);

const linkShape = z.object({ title: z.string().optional(), url: z.string() });
const linksShape = z
  .array(
    linkShape
      .or(z.string().transform((url) => ({ url, title: undefined })))
      .nullable()
      .catch(null),
  )
  .transform((links) =>
    links.filter((link) => link !== null).map(({ title, url }) => ({ title: title ?? url, url })),
  )
  .optional()
  .catch(undefined);

/** Read by itself (told-people.ts): what of it cannot be understood is told on the approval. */
const people = z.unknown().optional();

const approvalMemberShape = z
  .object({
    title: text,
    description: text,
    commit: text,
    repository: text,
    ref: text,
    requestedBy: people,
    people,
    /** Read by itself: what of it cannot be understood is told on the approval. */
    policy: z.unknown().optional(),
    form: z.unknown().optional(),
    links: linksShape,
  })
  .optional()
  .catch(undefined);

/** `_execution`, as the state's Parameters fill it from the context object; see docs/task-input.md. */
const executionMemberShape = z
  .object({
    arn: text,
    name: text,
    stateMachineArn: text,
    state: text,
    enteredTime: instant,
    retryCount: count,
    redriveCount: count,
    mapIndex: count,
    heartbeatSeconds: seconds,
    timeoutSeconds: seconds,
  })
  .optional()
  .catch(undefined);

const knownMembers = {
  approval: approvalMemberShape,
  commit: text,
  sha: text,
  repository: text,
  ref: text,
  title: text,
  author: people,
  people,
  links: linksShape,
};

/** The state's own input, where Parameters wrapped it as `input` beside `_execution`. */
const wrappedShape = z.object(knownMembers).optional().catch(undefined);

export const taskInputShape = z
  .object({ ...knownMembers, _execution: executionMemberShape, input: wrappedShape })
  .catch({ _execution: undefined, input: undefined });

export type KnownMembers = z.infer<z.ZodObject<typeof knownMembers>>;
export type TaskInput = z.infer<typeof taskInputShape>;
