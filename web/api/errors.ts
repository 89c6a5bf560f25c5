import type { Problem } from "../../src/contract/problem.ts";

/** The server said no, in the words of the contract. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No reply came. Whether the server acted is unknown; repeating with the same key is safe. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** A reply came that the contract does not know: a fault of ours, or something between us and the server. */
export class UnexpectedReply extends Error {
  override readonly name = "UnexpectedReply";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Sign-in was refused; the text says why, for a person. */
export class SignInRefused extends Error {
  override readonly name = "SignInRefused";
}
