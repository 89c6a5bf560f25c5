import { resourceNotFound } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import * as shapes from "./machine-shapes.ts";
import { operation, type Operation } from "./operation.ts";

/** Machines and activities have tags; versions and aliases have none. Throws ResourceNotFound. */
function checkTaggable({ world }: Engine, arn: string): void {
  if (!world.stateMachines.has(arn) && !world.activities.has(arn)) throw resourceNotFound(arn);
}

/** Of what has just been made. */
export function tagNew(
  engine: Engine,
  arn: string,
  tags: readonly { key: string; value: string }[] | null | undefined,
): void {
  if (tags === undefined || tags === null || tags.length === 0) return;
  engine.record({ type: "tagged", arn, tags: byKey(tags) });
}

function byKey(tags: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

export const tagOperations = {
  TagResource: operation(shapes.tagResource, ({ resourceArn: arn, tags }, { engine }) => {
    checkTaggable(engine, arn);
    engine.record({ type: "tagged", arn, tags: byKey(tags) });
    return {};
  }),

  UntagResource: operation(shapes.untagResource, ({ resourceArn: arn, tagKeys: keys }, { engine }) => {
    checkTaggable(engine, arn);
    engine.record({ type: "untagged", arn, keys });
    return {};
  }),

  ListTagsForResource: operation(shapes.tagsOf, ({ resourceArn: arn }, { engine }) => {
    checkTaggable(engine, arn);
    const tags = Object.entries(engine.world.tags.get(arn) ?? {});
    return { tags: tags.map(([key, value]) => ({ key, value })) };
  }),
} satisfies Record<string, Operation>;
