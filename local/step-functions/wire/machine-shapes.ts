import { z } from "zod";

/** The requests about state machines, versions, aliases and tags. */

const arn = z.string().min(1).max(256);
const longArn = z.string().min(1).max(2_000);
const name = z.string().min(1).max(80);
/** A name of digits alone would look like a version's number in an ARN. */
const aliasPattern = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/u;
const aliasName = name.regex(
  aliasPattern,
  "Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
);
const definition = z.string().min(1).max(1_048_576);
const description = z.string().max(256).nullish();
const flag = z.boolean().nullish();
const paging = {
  maxResults: z.int().min(0).max(1_000).nullish(),
  nextToken: z.string().min(1).max(1_024).nullish(),
};
const tags = z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) }));
const configuration = z.looseObject({}).nullish();
const logging = z
  .looseObject({
    level: z.enum(["ALL", "ERROR", "FATAL", "OFF"]).nullish(),
    includeExecutionData: flag,
    destinations: z.array(z.looseObject({})).nullish(),
  })
  .nullish();

export const createStateMachine = z.object({
  name,
  definition,
  roleArn: arn,
  type: z.enum(["STANDARD", "EXPRESS"]).nullish(),
  loggingConfiguration: logging,
  tracingConfiguration: configuration,
  encryptionConfiguration: configuration,
  publish: flag,
  versionDescription: description,
  tags: tags.nullish(),
});
export const updateStateMachine = z.object({
  stateMachineArn: arn,
  definition: definition.nullish(),
  roleArn: arn.nullish(),
  loggingConfiguration: logging,
  tracingConfiguration: configuration,
  encryptionConfiguration: configuration,
  publish: flag,
  versionDescription: description,
});
export const stateMachineByArn = z.object({ stateMachineArn: arn });
export const validateDefinition = z.object({
  definition,
  type: z.enum(["STANDARD", "EXPRESS"]).nullish(),
  severity: z.enum(["ERROR", "WARNING"]).nullish(),
  maxResults: z.int().min(0).max(100).nullish(),
});

export const publishVersion = z.object({
  stateMachineArn: arn,
  revisionId: z.string().nullish(),
  description,
});
export const versionByArn = z.object({ stateMachineVersionArn: longArn });
export const listOfMachine = z.object({ stateMachineArn: arn, ...paging });

const routes = z
  .array(z.object({ stateMachineVersionArn: arn, weight: z.int().min(0).max(100) }))
  .min(1)
  .max(2);
export const createAlias = z.object({ name: aliasName, description, routingConfiguration: routes });
export const updateAlias = z.object({
  stateMachineAliasArn: arn,
  description,
  routingConfiguration: routes.nullish(),
});
export const aliasByArn = z.object({ stateMachineAliasArn: arn });

export const tagResource = z.object({ resourceArn: arn, tags });
export const untagResource = z.object({ resourceArn: arn, tagKeys: z.array(z.string().min(1).max(128)) });
export const tagsOf = z.object({ resourceArn: arn });
