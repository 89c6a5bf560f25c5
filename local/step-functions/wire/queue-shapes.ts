import { z } from "zod";

/** The requests of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/, as far as this endpoint knows them. */

const queueUrl = z.string().min(1);
const seconds = z.int().min(0).max(43_200).nullish();

export const createQueue = z.object({
  QueueName: z
    .string()
    .regex(
      /^[\w-]{1,80}$/u,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ),
  Attributes: z.record(z.string(), z.string()).nullish(),
});
export const queueByName = z.object({ QueueName: z.string().min(1) });
export const queueByUrl = z.object({ QueueUrl: queueUrl });
export const listQueues = z.object({ QueueNamePrefix: z.string().nullish() });
export const sendMessage = z.object({
  QueueUrl: queueUrl,
  MessageBody: z.string(),
  DelaySeconds: z.int().min(0).max(900).nullish(),
});
export const receiveMessage = z.object({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: z.int().min(1).max(10).nullish(),
  WaitTimeSeconds: z.int().min(0).max(20).nullish(),
  VisibilityTimeout: seconds,
});
export const deleteMessage = z.object({ QueueUrl: queueUrl, ReceiptHandle: z.string() });
export const changeVisibility = z.object({
  QueueUrl: queueUrl,
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.int().min(0).max(43_200),
});
