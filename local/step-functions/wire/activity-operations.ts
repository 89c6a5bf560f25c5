import { checkArn, checkName, makeArn } from "../engine/arn.ts";
import { activityDoesNotExist } from "../engine/aws-error.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { presentActivity } from "./present.ts";
import * as shapes from "./request-shapes.ts";
import { tagNew } from "./tag-operations.ts";

export const activityOperations = {
  /** Idempotent by name. */
  CreateActivity: operation(shapes.createActivity, ({ name, tags }, { engine }) => {
    checkName(name);
    const arn = makeArn(engine.place, "activity", name);
    const known = engine.world.activities.get(arn);
    const activity = known ?? { arn, name, createdAt: engine.now() };
    if (known === undefined) engine.record({ type: "activityCreated", activity });
    if (known === undefined) tagNew(engine, arn, tags);
    const { activityArn, creationDate } = presentActivity(activity);
    return { activityArn, creationDate };
  }),

  DescribeActivity: operation(shapes.activityByArn, ({ activityArn }, { engine }) => {
    checkArn(activityArn, "activity");
    const activity = engine.world.activities.get(activityArn);
    if (activity === undefined) throw activityDoesNotExist(activityArn);
    return { ...presentActivity(activity), encryptionConfiguration: { type: "AWS_OWNED_KEY" } };
  }),

  /** Succeeds for an activity that does not exist. */
  DeleteActivity: operation(shapes.activityByArn, ({ activityArn }, { engine }) => {
    checkArn(activityArn, "activity");
    if (engine.world.activities.has(activityArn))
      engine.record({ type: "activityDeleted", arn: activityArn });
    return {};
  }),

  ListActivities: operation(shapes.page, (params, { engine }) => {
    const { items, ...rest } = pageOf([...engine.world.activities.values()], params);
    return { activities: items.map(presentActivity), ...rest };
  }),
} satisfies Record<string, Operation>;
