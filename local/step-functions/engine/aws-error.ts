/** An error as the API answers it; https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and each operation's page. */
export class AwsError extends Error {
  /** The error's code, e.g. `TaskTimedOut`; the SDKs name their exceptions after it. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidArn = (why: string) => new AwsError("InvalidArn", `Invalid Arn: '${why}'`);
export const invalidName = (name: string) => new AwsError("InvalidName", `Invalid Name: '${name}'`);
export const invalidToken = () => new AwsError("InvalidToken", "Invalid Token: 'Invalid token'");
export const invalidOutput = (why: string) => new AwsError("InvalidOutput", `Invalid Output: '${why}'`);
export const invalidInput = (why: string) =>
  new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${why}'`);
export const taskTimedOut = () =>
  new AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
export const activityDoesNotExist = (arn: string) =>
  new AwsError("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
export const executionDoesNotExist = (arn: string) =>
  new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
export const executionAlreadyExists = (arn: string) =>
  new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
export const stateMachineDoesNotExist = (arn: string) =>
  new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
export const stateMachineAlreadyExists = (arn: string) =>
  new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
export const tooManyPollers = (arn: string) =>
  new AwsError("ActivityWorkerLimitExceeded", `Activity Worker Limit Exceeded: '${arn}'`);
export const resourceNotFound = (arn: string) =>
  new AwsError("ResourceNotFound", `Resource not found: '${arn}'`);
export const validationFault = (message: string) => new AwsError("ValidationException", message);
export const conflict = (message: string) => new AwsError("ConflictException", message);
