/**
 * The bearer secret of a task: whoever holds it can approve. It prints as `[task token]` wherever it might be printed; the
 * only way to its text is `reveal()`, which two places call: the token store (to encrypt) and the Step Functions adapter.
 */
export class TaskToken {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return "[task token]";
  }

  toJSON(): string {
    return "[task token]";
  }

  /** Node's `util.inspect` and `console.log` ask this symbol. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[task token]";
  }
}
